import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeFileName } from '../index.ts';

test('names that are fine stay as they are', () => {
  for (const name of [
    'Hand hygiene.docx',
    'Ärztliche Anweisung #3 (50 %) + Anhang & Q.docx',
    "it's 1.2.xlsx",
    '手術前の手順.docx',
    'desktop.docx',
    'Console.docx',
    'README',
  ]) {
    expect(safeFileName(name)).toBe(name);
  }
});

test('names that OneDrive refuses are made acceptable', () => {
  const cases: [from: string, to: string][] = [
    ['a/b\\c:d*e?f"g<h>i|j.docx', 'a-b-c-d-e-f-g-h-i-j.docx'],
    ['  ~$Draft .docx', '$Draft.docx'],
    ['report.docx...', 'report.docx'],
    ['../../etc/passwd', '..-..-etc-passwd'],
    ['CON.docx', 'Document-CON.docx'],
    ['com1.v2.docx', 'Document-com1.v2.docx'],
    ['desktop.ini', 'Document-desktop.ini'],
    ['.lock', 'Document.lock'],
    ['my_vti_cnf.docx', 'my-cnf.docx'],
    ['.docx', 'Document.docx'],
    ['', 'Document'],
    ['   ', 'Document'],
    ['...', 'Document'],
  ];
  for (const [from, to] of cases) expect(safeFileName(from)).toBe(to);
});

test('what would deceive a reader is taken out', () => {
  expect(safeFileName('invoice\u202excod.exe')).toBe('invoicexcod.exe');
  expect(safeFileName('a\u0000b\u200bc\u2066d\nE\ufeff.docx')).toBe('abcdE.docx');
});

test('a long name is cut by whole characters and keeps its extension', () => {
  const name = safeFileName(`${'🩺'.repeat(200)}.docx`);
  expect(name.length).toBeLessThanOrEqual(120);
  expect(name).toMatch(/^(🩺)+\.docx$/u);
});

// The rules once more, as SharePoint states them.
function isAccepted(name: string): boolean {
  const base = name.split('.')[0] ?? '';
  return (
    name !== '' &&
    name.length <= 130 &&
    name.isWellFormed() &&
    !/["*:<>?/\\|]/.test(name) &&
    !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name) &&
    !/^[\s~]|[\s.]$/.test(name) &&
    !/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(base) &&
    !/^(\.lock|desktop\.ini)$/i.test(name) &&
    !/_vti_/i.test(name)
  );
}

test('any name becomes an accepted one, and that stays as it is', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'CON',
      '.lock',
      'desktop',
      '.ini',
      '_vti_',
      '__vti_vti_',
      '~',
      ' ',
      '.',
      '\u202e',
      'a'.repeat(118),
      'é',
    ),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const safe = safeFileName(parts.join(''));
      expect(isAccepted(safe), JSON.stringify(safe)).toBe(true);
      expect(safeFileName(safe)).toBe(safe);
    }),
    { numRuns: 3000 },
  );
});
