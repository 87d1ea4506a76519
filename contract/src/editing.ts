import { z } from 'zod';
import { personRef, shortText } from './accounts.ts';
import { editorName } from './documents.ts';

export const idempotencyKey = z
  .string()
  .min(16)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

export const startEditing = z.object({ idempotencyKey });
export const startedEditing = z.object({
  sessionId: z.uuid(),
  state: z.enum(['starting', 'active']),
  webUrl: z.url().nullable().describe('Where Word opens; checked. Null while the copy is still on its way'),
  account: z.string().describe('The address to use if Microsoft asks'),
  problem: z.string().nullable().describe('Why it is still starting'),
  note: z.string().nullable().describe('What was left undone in the copy, to be read before Word opens'),
});
export type StartedEditing = z.infer<typeof startedEditing>;

export const editSessionState = z.enum([
  'starting',
  'active',
  'checking-in',
  'needs-a-decision',
  'not-started',
  'ended',
  'discarded',
  'abandoned',
  'taken-over',
]);
export type EditSessionState = z.infer<typeof editSessionState>;

export const settling = z.object({
  settled: z.boolean(),
  changed: z.boolean().describe('False: nobody changed anything since the copy was made, as far as Microsoft shows'),
  quietForSeconds: z.number().int().nullable(),
  waitSeconds: z.number().int().describe('At the earliest after so many seconds it counts as settled'),
  mayCheckInAnyway: z.boolean().describe('Waited for two minutes: the person may check in what is there'),
  lastSavedAt: z.iso.datetime().nullable(),
  lastSavedBy: z.string().nullable(),
  recentOther: z
    .object({ name: z.string(), at: z.iso.datetime() })
    .nullable()
    .describe('Somebody else saved in the last ten minutes'),
  unreachable: z.string().nullable().describe('Why Microsoft could not be asked just now'),
});
export type Settling = z.infer<typeof settling>;

export const checkpoint = z.object({
  id: z.uuid(),
  madeAt: z.iso.datetime(),
  size: z.number().int(),
  editors: z.array(z.string()),
  reason: z.string().nullable().describe('Why this content can not be a version, if so'),
  contentUrl: z.string(),
});
export type Checkpoint = z.infer<typeof checkpoint>;

/** One line of the receipt: what was done, is being done, or is still to do. */
export const receiptStep = z.object({
  kind: z.enum(['version', 'told', 'rights', 'late-save', 'copy', 'folder', 'finished']),
  state: z.enum(['done', 'running', 'waiting', 'attention', 'failed']),
  title: z.string(),
  detail: z.string(),
  at: z.iso.datetime().nullable(),
  followUpDraftId: z.uuid().nullable(),
});
export type ReceiptStep = z.infer<typeof receiptStep>;

export const editSession = z.object({
  id: z.uuid(),
  document: z.object({ id: z.uuid(), number: z.string(), title: z.string() }),
  state: editSessionState,
  starter: personRef,
  account: z.string().describe('Address of the Microsoft account whose OneDrive holds the copy'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  baseVersion: z.string(),
  nextVersion: z.string(),
  resultVersion: z.string().nullable(),
  webUrl: z.url().nullable().describe('Only for participants'),
  lastSavedAt: z.iso.datetime().nullable(),
  lastSavedBy: z.string().nullable(),
  editors: z.array(editorName),
  checkpoints: z.array(checkpoint),
  notLiveSince: z.iso.datetime().nullable().describe('MEGDocs can not see what is saved in Word since then'),
  notKeptSince: z.iso
    .datetime()
    .nullable()
    .describe('Since then something is saved in Word that MEGDocs has not kept yet'),
  problem: z.string().nullable().describe('What waits, who mends it and how'),
  decision: z.string().nullable().describe('Why a document controller has to decide'),
  receipt: z.array(receiptStep),
  may: z.object({
    open: z.boolean(),
    checkIn: z.boolean(),
    discard: z.boolean(),
    desktop: z.boolean().describe('The institution lets the copy be opened in the desktop app'),
    decide: z.boolean(),
    retry: z.boolean(),
  }),
});
export type EditSession = z.infer<typeof editSession>;
export const editSessions = z.object({ sessions: z.array(editSession) });
/** `scope=mine`: sessions that I started and clean-ups in my OneDrive; `all` and `decisions`: document controllers. */
export const editSessionQuery = z.object({ scope: z.enum(['mine', 'all', 'decisions']).default('mine') });

export const checkIn = z.object({
  idempotencyKey,
  summary: shortText(2000),
  sendToReview: z.boolean().default(false),
  anyway: z.boolean().default(false).describe('Do not wait any longer for Microsoft to settle (after two minutes)'),
  goOn: z.boolean().default(false).describe('Save a version and go on: the session stays open; never with a review'),
});
export const checkedIn = z.object({
  result: z.enum(['version', 'waiting', 'nothing-changed', 'needs-a-decision', 'kept-as-checkpoint', 'not-fetched']),
  version: z.string().nullable(),
  message: z.string(),
});
export type CheckedIn = z.infer<typeof checkedIn>;
export const discard = z.object({ reason: shortText(2000) });

export const decide = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('recover'), checkpointId: z.uuid(), summary: shortText(2000) }),
  z.object({ decision: z.literal('discard'), reason: shortText(2000) }),
]);

export const followUpDraft = z.object({
  id: z.uuid(),
  document: z.object({ id: z.uuid(), number: z.string(), title: z.string() }),
  followsVersion: z.string(),
  newestVersion: z.string(),
  nextVersion: z.string(),
  editors: z.array(z.string()),
  savedAt: z.iso.datetime(),
  size: z.number().int(),
  state: z.enum(['waiting', 'adopted', 'dismissed']),
  contentUrl: z.string(),
  mayDecide: z.boolean(),
});
export type FollowUpDraft = z.infer<typeof followUpDraft>;
export const followUpDrafts = z.object({ drafts: z.array(followUpDraft) });
export const adoptDraft = z.object({
  summary: shortText(2000),
  newestVersion: z
    .string()
    .optional()
    .describe(
      'The newest version that the person looked at beside the late save; asked for where it is not the one followed',
    ),
});
export const dismissDraft = z.object({ reason: shortText(2000) });

export const notification = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  text: z.string(),
  link: z.string().nullable(),
  read: z.boolean(),
});
export const notifications = z.object({ notifications: z.array(notification), unread: z.number().int() });
export type Notification = z.infer<typeof notification>;
