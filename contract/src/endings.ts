import { z } from 'zod';
import { personRef, shortText } from './accounts.ts';

/** One call of MEGDocs on somebody's files in Microsoft 365, in words. */
export const onedriveCall = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  what: z.string(),
  file: z.string().nullable(),
  outcome: z.string(),
  ok: z.boolean(),
  by: personRef.describe('Whose connection made the call'),
  owner: personRef.describe('In whose OneDrive'),
  requestId: z.string().nullable().describe("Microsoft's own id of the call, for its support"),
});
export type OnedriveCall = z.infer<typeof onedriveCall>;
export const onedriveCalls = z.object({
  calls: z.array(onedriveCall),
  /** Asks for the page after this one; null at the end. */
  before: z.number().int().nullable(),
  keptDays: z.number().int(),
});
export const onedriveCallsQuery = z.object({ before: z.coerce.number().int().positive().optional() });
export const onedriveCallsOfQuery = onedriveCallsQuery.extend({ personId: z.uuid().optional() });

/** How an institution wants edit sessions to end. */
export const endingPolicy = z
  .object({
    remindAfterDays: z.number().int().min(1).max(365),
    abandonAfterDays: z.number().int().min(2).max(730),
    deletePermanently: z.boolean(),
    desktopApps: z.boolean(),
  })
  .refine((policy) => policy.remindAfterDays < policy.abandonAfterDays, {
    path: ['abandonAfterDays'],
    message: 'People are reminded before their edits are closed: give more days than for the reminder.',
  });
export type EndingPolicy = z.infer<typeof endingPolicy>;

/** What a document controller does with several sessions at once. */
export const onSessions = z.object({
  sessionIds: z.array(z.uuid()).min(1).max(100),
  order: z.discriminatedUnion('do', [
    z.object({ do: z.literal('remind') }),
    z.object({ do: z.literal('ask-to-close') }),
    z.object({ do: z.literal('discard'), reason: shortText(2000) }),
    z.object({ do: z.literal('recover'), summary: shortText(2000) }),
  ]),
});
export type OnSessions = z.infer<typeof onSessions>;
export const onSessionsDone = z.object({
  results: z.array(
    z.object({
      sessionId: z.uuid(),
      document: z.string().describe('Number and title'),
      done: z.boolean(),
      message: z.string(),
    }),
  ),
});
export type OnSessionsDone = z.infer<typeof onSessionsDone>;

export const workCounts = z.object({
  myWork: z.number().int().describe('Sessions that I have open, and late saves that wait for me'),
  editingNow: z.number().int().nullable().describe('Open sessions of the institution; null for all but controllers'),
  decisions: z.number().int().nullable(),
});
