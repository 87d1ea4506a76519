import { z } from 'zod';

/**
 * What the page and the sandboxed viewer say to each other. The viewer has an opaque origin, so neither side can
 * check `event.origin`: the page checks that `event.source` is its frame, the viewer that it is its parent.
 */
export const toViewer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('show'),
    bytes: z.instanceof(ArrayBuffer),
    /** Narrow screens: text at 16/24 over the whole width instead of a shrunken page. */
    reflow: z.boolean(),
    title: z.string(),
  }),
  z.object({ kind: z.literal('theme'), desk: z.string(), paper: z.string() }),
]);
export type ToViewer = z.infer<typeof toViewer>;

export const fromViewer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('size'), height: z.number().nonnegative(), pageTops: z.array(z.number()) }),
  z.object({ kind: z.literal('shown') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
  z.object({ kind: z.literal('go-to'), top: z.number() }),
  z.object({ kind: z.literal('link'), href: z.string() }),
]);
export type FromViewer = z.infer<typeof fromViewer>;
