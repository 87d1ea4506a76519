const LINES_ON_PAGE = 50;
const LINE_CHARACTERS = 90;
const LEADING = 14;

/**
 * A plain PDF of that text, in Helvetica on A4. The font is one that every reader has, with the characters of
 * Windows-1252; others show as question marks.
 * @see ISO 32000-1, 7.5 (file structure), 9.6.2.2 (standard fonts)
 */
export function writePdf(lines: readonly string[]): Buffer {
  const pages = cutIntoPages(lines.flatMap(wrap));
  const pageId = (page: number) => 4 + page * 2;
  const kids = pages.map((_, page) => `${pageId(page)} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((page, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${pageId(i) + 1} 0 R >>`,
      contentStream(page),
    ]),
  ];
  return assemble(objects);
}

function assemble(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}${trailer}`, 'latin1');
}

function contentStream(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${encode(line)}) Tj T*`).join('\n');
  const stream = `BT\n/F1 11 Tf\n${LEADING} TL\n50 780 Td\n${shown}\nET`;
  return `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`;
}

function cutIntoPages(lines: readonly string[]): string[][] {
  const pages: string[][] = [];
  for (let at = 0; at < Math.max(1, lines.length); at += LINES_ON_PAGE) pages.push(lines.slice(at, at + LINES_ON_PAGE));
  return pages;
}

function wrap(line: string): string[] {
  const lines: string[] = [];
  let rest = line.replaceAll('\t', '    ');
  while (rest.length > LINE_CHARACTERS) {
    const space = rest.lastIndexOf(' ', LINE_CHARACTERS);
    const at = space > 0 ? space : LINE_CHARACTERS;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** What Windows-1252 holds from 0x80 to 0x9F; the rest of it is Latin 1. */
const WINDOWS_1252 = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ';

function encode(line: string): string {
  const bytes = [...line].map((character) => {
    const special = character === '\0' ? -1 : WINDOWS_1252.indexOf(character);
    if (special >= 0) return String.fromCharCode(0x80 + special);
    return /[\x20-\x7e\xa0-\xff]/.test(character) ? character : '?';
  });
  return bytes.join('').replace(/[\\()]/g, '\\$&');
}
