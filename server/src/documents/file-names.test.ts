import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanFileName, contentDisposition, titleFromFileName } from './file-names.ts';

describe('names of files', () => {
  it('keep what a person wrote', () => {
    for (const name of ['SOP-1 Hand hygiene.docx', 'Größe #3 (100%) "final".docx', '手順書.docx', 'a.b.c.pdf'])
      expect(cleanFileName(name)).toBe(name);
  });

  it('lose their path, whichever system wrote it', () => {
    expect(cleanFileName('../../etc/passwd.docx')).toBe('passwd.docx');
    expect(cleanFileName('C:\\Users\\me\\plan.docx')).toBe('plan.docx');
    expect(cleanFileName('..')).toBe('Document');
    expect(cleanFileName('/')).toBe('Document');
    expect(cleanFileName('.docx')).toBe('Document.docx');
  });

  it('can not hide their ending behind a turned direction of writing', () => {
    expect(cleanFileName('invoice\u202excod.exe')).toBe('invoicexcod.exe');
    expect(cleanFileName('a\u0000b\r\nc.docx')).toBe('abc.docx');
  });

  it('whatever comes in: no separators, nothing invisible, never empty, never too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = cleanFileName(given);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        expect(name.length).toBeGreaterThan(0);
        expect([...name].length).toBeLessThanOrEqual(200);
        expect(cleanFileName(name)).toBe(name);
      }),
    );
  });

  it('give a title', () => {
    expect(titleFromFileName('Hand_hygiene  on wards.v2.docx')).toBe('Hand hygiene on wards.v2');
    expect(titleFromFileName('.docx')).toBe('Document');
  });

  it('travel in a header that no name can break out of, and come back whole', () => {
    expect(contentDisposition('attachment', 'Été "1".docx')).toBe(
      `attachment; filename="Ete _1_.docx"; filename*=UTF-8''%C3%89t%C3%A9%20%221%22.docx`,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        const header = contentDisposition('attachment', given);
        const match = /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''([A-Za-z0-9!~._%-]*)$/.exec(header);
        expect(match?.[1]).not.toMatch(/["\\%]/);
        expect(decodeURIComponent(match?.[2] ?? '')).toBe(given.toWellFormed());
      }),
    );
  });
});
