import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from './errors.ts';

describe('docs/errors.md', () => {
  it('explains every code, and no other', async () => {
    const text = await readFile(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
    const explained = [...text.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
    expect(explained.toSorted()).toEqual([...errorCodes].sort());
  });
});
