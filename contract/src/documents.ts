import { z } from 'zod';
import { personRef, shortText } from './accounts.ts';

export const folderRight = z.enum(['view', 'edit', 'approve', 'manage']);
export type FolderRight = z.infer<typeof folderRight>;

export const folder = z.object({
  id: z.uuid(),
  name: z.string(),
  parentId: z.uuid().nullable(),
  documentCount: z.number().int().describe('Documents that this person may see, sub-folders included'),
  ownRulesOnly: z.boolean(),
  mayUpload: z.boolean(),
  mayManage: z.boolean(),
});
export type Folder = z.infer<typeof folder>;
export const folders = z.object({ folders: z.array(folder), mayCreateTopFolder: z.boolean() });
export const newFolder = z.object({ name: shortText(120), parentId: z.uuid().nullable() });
export const updateFolder = z.object({ name: shortText(120).optional(), ownRulesOnly: z.boolean().optional() });
export const folderRule = z.object({
  subject: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('person'), id: z.uuid(), name: z.string().optional() }),
    z.object({ kind: z.literal('team'), id: z.uuid(), name: z.string().optional() }),
  ]),
  right: folderRight,
});
export type FolderRule = z.infer<typeof folderRule>;
export const folderRules = z.object({
  own: z.array(folderRule),
  inherited: z.array(folderRule.extend({ fromFolder: z.string() })),
});

/** The road of a document. `revision` is a draft beside a published version, which stays visible. */
export const documentState = z.enum(['draft', 'in-review', 'published', 'revision', 'revision-in-review']);
export type DocumentState = z.infer<typeof documentState>;

/** Who edits a document in Microsoft 365 now; only for those who may see its drafts. */
export const beingEdited = z.object({
  sessionId: z.uuid(),
  by: z.array(personRef),
  since: z.iso.datetime(),
  app: z.enum(['Word', 'Excel', 'PowerPoint']),
  lastSavedAt: z.iso.datetime().nullable(),
  lastSavedBy: z.string().nullable(),
  state: z.enum(['starting', 'active', 'checking-in', 'needs-a-decision']),
});
export type BeingEdited = z.infer<typeof beingEdited>;

export const documentRow = z.object({
  id: z.uuid(),
  number: z.string(),
  title: z.string(),
  type: z.string(),
  folderId: z.uuid(),
  state: documentState,
  version: z.string().describe('The newest version that this person may see, such as 0.2 or 1.0'),
  owner: personRef,
  nextReview: z.iso.date().nullable(),
  changedAt: z.iso.datetime(),
  fileKind: z.enum(['word', 'excel', 'powerpoint', 'pdf', 'other']),
  beingEdited: beingEdited.nullable(),
});
export type DocumentRow = z.infer<typeof documentRow>;

export const documentSort = z.enum(['number', 'title', 'state', 'owner', 'nextReview', 'changedAt']);
export const documentQuery = z.object({
  folder: z.uuid().optional(),
  q: z.string().trim().max(200).optional().describe('Words of the title, or the beginning of the number'),
  state: documentState.optional(),
  mine: z.stringbool().optional().describe('Only documents that I own'),
  overdue: z.stringbool().optional(),
  sort: documentSort.default('title'),
  order: z.enum(['asc', 'desc']).default('asc'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export const documentList = z.object({
  documents: z.array(documentRow),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type DocumentList = z.infer<typeof documentList>;

export const editorName = z.object({
  name: z.string(),
  personId: z.uuid().nullable(),
  stranger: z.boolean().describe('Microsoft named somebody who is no participant of the edit session'),
});
export type EditorName = z.infer<typeof editorName>;

export const version = z.object({
  number: z.string(),
  state: z.enum(['draft', 'in-review', 'published', 'superseded']),
  editors: z.array(editorName),
  madeBy: personRef,
  madeAt: z.iso.datetime(),
  comment: z.string(),
  fileName: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  trackedChanges: z.number().int(),
  comments: z.number().int(),
  publishedFrom: z.string().nullable().describe('For 1.0: the draft whose bytes it is, such as 0.3'),
});
export type Version = z.infer<typeof version>;
export const versions = z.object({ versions: z.array(version) });

/** One thing that stands in the way of editing, with who can lift it. */
export const blocker = z.object({
  code: z.enum([
    'not-connected',
    'reconnect-needed',
    'microsoft-not-configured',
    'being-edited',
    'wrong-state',
    'no-right',
    'file-type',
    'file-too-large',
    'file-protected',
  ]),
  fact: z.string().describe('What stands in the way; with `since`, the page ends the sentence by it'),
  since: z.iso.datetime().optional(),
  whoLifts: z.string().describe('Who can lift it, and how'),
  action: z.enum(['connect', 'reconnect', 'send-back', 'revise', 'none']),
});
export type Blocker = z.infer<typeof blocker>;

export const transition = z.enum(['send-to-review', 'send-back', 'publish', 'revise']);
export type Transition = z.infer<typeof transition>;
export const transitionRequest = z.object({
  transition,
  comment: shortText(2000).optional(),
  version: z.string().max(20).describe('The version that the person was looking at; another newest one is refused'),
  leaveOutLateSave: z.boolean().optional().describe('Publish although a late save waits to be looked at'),
});

export const documentDetail = documentRow.extend({
  folderPath: z.array(z.object({ id: z.uuid(), name: z.string() })),
  app: z.enum(['Word', 'Excel', 'PowerPoint']).nullable(),
  fileName: z.string(),
  size: z.number().int(),
  seesDrafts: z.boolean(),
  publishedVersion: z.string().nullable(),
  effectiveFrom: z.iso.datetime().nullable(),
  nextPublishedVersion: z.string(),
  nextDraftVersion: z.string(),
  createdAt: z.iso.datetime(),
  versionCount: z.number().int(),
  people: z.object({
    contributors: z.array(personRef),
    reviewers: z.array(personRef),
    approvers: z.array(personRef),
  }),
  rights: z.object({ edit: z.boolean(), review: z.boolean(), approve: z.boolean(), manage: z.boolean() }),
  transitions: z
    .array(z.object({ transition, blockedBecause: z.string().nullable() }))
    .describe('Those that fit this state and person; a blocked one with the reason'),
  editBlockers: z
    .array(blocker)
    .describe('Empty: "Edit in Word" works now. All at once, those that the person can mend first'),
  followUpDraftsWaiting: z.number().int(),
});
export type DocumentDetail = z.infer<typeof documentDetail>;

export const updateDocument = z.object({
  title: shortText(200).optional(),
  number: shortText(40).optional(),
  type: shortText(60).optional(),
  ownerId: z.uuid().optional(),
  nextReview: z.iso.date().nullable().optional(),
  folderId: z.uuid().optional(),
});
/** Query of an upload; the body is the file itself (`application/octet-stream`), streamed. */
export const uploadQuery = z.object({
  fileName: z.string().min(1).max(255),
  number: shortText(40).optional(),
  title: shortText(200).optional(),
  comment: shortText(2000).optional(),
});
export const uploaded = z.object({ id: z.uuid(), number: z.string(), version: z.string() });

export const activityEntry = z.object({
  at: z.iso.datetime(),
  who: z.string().nullable(),
  kind: z.string(),
  text: z.string(),
});
export const activity = z.object({ entries: z.array(activityEntry) });
export type ActivityEntry = z.infer<typeof activityEntry>;

export const documentRole = z.enum(['contributor', 'reviewer', 'approver']);
export type DocumentRole = z.infer<typeof documentRole>;
export const documentAccess = z.object({
  people: z.array(
    z.object({
      person: personRef,
      role: z.enum(['owner', 'contributor', 'reviewer', 'approver', 'manager', 'controller', 'reader']),
      because: z
        .string()
        .describe('Where the right comes from: "owner", "named on this document", "Authors may edit Clinical"'),
      removable: z.boolean(),
    }),
  ),
  mayChange: z.boolean(),
});
export type DocumentAccess = z.infer<typeof documentAccess>;
export const nameOnDocument = z.object({ personId: z.uuid(), role: documentRole });
