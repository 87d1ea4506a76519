import { z } from 'zod';

/** How far an opening has come; asked often while a large file is on its way. */
export const opening = z.object({
  state: z.enum(['starting', 'open', 'closed']),
  webUrl: z.url().nullable(),
  sentBytes: z.number().int().nullable().describe('Of a file that goes in parts; null: in one request'),
  totalBytes: z.number().int().nullable(),
  problem: z.string().nullable(),
  note: z.string().nullable().describe('What was left undone in the copy, and why'),
});
export type Opening = z.infer<typeof opening>;

/** What a check-in would say of itself. */
export const proposal = z.object({
  summary: z.string().nullable().describe('From tracked changes that are new since the base; null: there are none'),
  authors: z.array(
    z.object({
      name: z.string(),
      insertions: z.number().int(),
      deletions: z.number().int(),
      firstWords: z.string(),
    }),
  ),
  editors: z.array(z.object({ name: z.string(), participant: z.boolean() })).describe('Whom the version will name'),
  note: z.string().nullable(),
});
export type Proposal = z.infer<typeof proposal>;

/** How an institution wants its documents to be edited. */
export const editingPolicy = z.object({
  trackChanges: z.boolean().describe('Word tracks changes from the first keystroke'),
  stamp: z.boolean().describe('The copy in OneDrive says on top that it is one; gone at the check-in'),
});
export type EditingPolicy = z.infer<typeof editingPolicy>;
