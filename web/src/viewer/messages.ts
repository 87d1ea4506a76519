/**
 * What the page and the sandboxed viewer say to each other. The viewer has an opaque origin, so neither side can
 * check `event.origin`: the page checks that `event.source` is its frame, the viewer that it is its parent. Both
 * check the shape by hand, because the viewer should load nothing but what draws.
 */
export type ToViewer =
  | {
      kind: 'show';
      bytes: ArrayBuffer;
      /** Narrow screens: text at 16/24 over the whole width instead of a shrunken page. */
      reflow: boolean;
      title: string;
    }
  | { kind: 'theme'; desk: string; paper: string };

export type FromViewer =
  | { kind: 'ready' | 'shown' }
  | { kind: 'size'; height: number; pageTops: number[] }
  | { kind: 'failed'; reason: string }
  | { kind: 'go-to'; top: number }
  | { kind: 'link'; href: string };

export function toViewer(data: unknown): ToViewer | undefined {
  if (!isRecord(data)) return undefined;
  const { kind, bytes, reflow, title, desk, paper } = data;
  if (kind === 'theme' && typeof desk === 'string' && typeof paper === 'string') return { kind, desk, paper };
  if (kind === 'show' && bytes instanceof ArrayBuffer && typeof reflow === 'boolean' && typeof title === 'string') {
    return { kind, bytes, reflow, title };
  }
  return undefined;
}

/** A drawn document is the only thing that could forge these: sizes are numbers, and links are judged by the page. */
export function fromViewer(data: unknown): FromViewer | undefined {
  if (!isRecord(data)) return undefined;
  const { kind, height, pageTops, reason, top, href } = data;
  if (kind === 'ready' || kind === 'shown') return { kind };
  if (kind === 'size' && isLength(height) && Array.isArray(pageTops) && pageTops.every(isLength)) {
    return { kind, height, pageTops };
  }
  if (kind === 'failed' && typeof reason === 'string') return { kind, reason };
  if (kind === 'go-to' && isLength(top)) return { kind, top };
  if (kind === 'link' && typeof href === 'string') return { kind, href };
  return undefined;
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
