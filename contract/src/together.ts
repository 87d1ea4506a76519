import { z } from 'zod';
import { personRef, shortText } from './accounts.ts';
import { blocker } from './documents.ts';

/** A colleague in somebody's edit session. */
export const participant = z.object({
  person: personRef,
  state: z
    .enum(['joining', 'editing', 'refused', 'leaving', 'gone', 'left-behind'])
    .describe('leaving: the right is being withdrawn; left-behind: it could not be withdrawn'),
  joinedAt: z.iso.datetime(),
  leftAt: z.iso.datetime().nullable(),
  why: z.string().nullable().describe('Why they were refused, or their right is withdrawn'),
  problem: z.string().nullable().describe('What keeps that from being done just now'),
});
export type Participant = z.infer<typeof participant>;

/** Everything about people in one edit session, as the person who asks may see and do it. */
export const together = z.object({
  people: z.array(participant).describe('Colleagues; the starter is not among them'),
  sharedOtherwise: z
    .array(z.string())
    .describe('Rights to the copy that MEGDocs did not give, one sentence each; nobody joins until they are removed'),
  readBy: personRef.nullable().describe("Whose connection reads the copy while the starter's is refused"),
  off: z.array(z.string()).describe('What does not work here, and why (least-privilege mode)'),
  joinBlockers: z.array(blocker).describe('What keeps this person from joining; all at once'),
  continuedFrom: z
    .object({
      sessionId: z.uuid(),
      starter: personRef,
      kind: z.enum(['taken-over', 'handed-over']),
      by: personRef,
      reason: z.string(),
      contentFrom: z.iso.datetime().nullable(),
      settled: z.boolean(),
    })
    .nullable(),
  may: z.object({
    join: z.boolean(),
    open: z.boolean().describe('Has joined: opens the shared copy'),
    takeOver: z.boolean(),
    leave: z.boolean(),
    handOver: z.boolean(),
    /** Takes over for somebody else only: a controller without the right to edit. */
    takeOverForOthersOnly: z.boolean(),
  }),
});
export type Together = z.infer<typeof together>;

export const joined = z.object({
  state: z.enum(['joining', 'editing']),
  webUrl: z.url().nullable().describe('Where Word opens the shared copy for this person; checked'),
  account: z.string().describe('The address to use if Microsoft asks'),
  problem: z.string().nullable().describe('Why it is still joining'),
});
export type Joined = z.infer<typeof joined>;

const key = z
  .string()
  .min(16)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

export const continueElsewhere = z.object({
  idempotencyKey: key,
  toPersonId: z.uuid().describe('Who goes on, in their own OneDrive'),
  reason: shortText(2000),
  anyway: z
    .boolean()
    .default(false)
    .describe('Go on with what MEGDocs has: after two minutes of waiting, or where the copy can not be read'),
});
export const continued = z.object({
  result: z.enum(['continued', 'waiting', 'not-readable']),
  sessionId: z.uuid().nullable().describe('The new session'),
  message: z.string(),
  contentFrom: z.iso.datetime().nullable().describe('not-readable: when the content was kept that would go on'),
  mayGoOnAnyway: z.boolean(),
});
export type Continued = z.infer<typeof continued>;

export const successors = z.object({
  people: z.array(personRef.extend({ ready: z.boolean(), why: z.string().nullable() })),
});
