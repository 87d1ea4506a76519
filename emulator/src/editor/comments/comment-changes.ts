import { z } from 'zod';
import { paragraphKey } from '../blocks/apply-blocks.ts';

const LARGEST_ID = 0x7fffffff;
const commentId = z.number().int().min(0).max(LARGEST_ID);

/** What somebody did with comments. Everything may be done twice, so that a save may be repeated. */
export const commentChanges = z.object({
  added: z
    .array(
      z.object({
        id: commentId,
        /** The comment that this one answers. */
        parent: commentId.optional(),
        /** The text that it is about, a piece a paragraph. */
        places: z
          .array(z.object({ key: paragraphKey, from: z.number().int().min(0), text: z.string().max(1_000_000) }))
          .max(10_000)
          .default([]),
        /** Its paragraphs, as plain text. */
        text: z.array(z.string().max(100_000)).max(1000),
      }),
    )
    .max(1000)
    .default([]),
  deleted: z.array(commentId).max(10_000).default([]),
  /** Those that were resolved or opened again. */
  resolved: z
    .array(z.object({ id: commentId, done: z.boolean() }))
    .max(10_000)
    .default([]),
});
export type CommentChanges = z.infer<typeof commentChanges>;
/** A piece of text in one paragraph. */
export type CommentPlace = CommentChanges['added'][number]['places'][number];
