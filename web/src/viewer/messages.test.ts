import { describe, expect, it } from 'vitest';
import { fromViewer, toViewer } from './messages.ts';

describe('the words between page and viewer', () => {
  it('takes what was agreed', () => {
    const bytes = new ArrayBuffer(3);
    expect(toViewer({ kind: 'show', bytes, reflow: false, title: 'SOP-1', more: 1 })).toEqual({
      kind: 'show',
      bytes,
      reflow: false,
      title: 'SOP-1',
    });
    expect(fromViewer({ kind: 'size', height: 900, pageTops: [0, 450] })).toEqual({
      kind: 'size',
      height: 900,
      pageTops: [0, 450],
    });
  });

  it('hears nothing else', () => {
    for (const message of [
      null,
      'ready',
      { kind: 'size', height: '900', pageTops: [] },
      { kind: 'size', height: Number.POSITIVE_INFINITY, pageTops: [] },
      { kind: 'link', href: { toString: () => 'x' } },
      { kind: 'navigate', href: '/' },
    ]) {
      expect(fromViewer(message)).toBeUndefined();
    }
    expect(toViewer({ kind: 'show', bytes: 'UEsDBA', reflow: true, title: '' })).toBeUndefined();
  });
});
