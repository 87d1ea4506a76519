import { strFromU8, unzipSync } from 'fflate';

/** What Microsoft's converter takes. */
const CONVERTIBLE = 'csv doc docx odp ods odt pot potm potx pps ppsx ppsxm ppt pptm pptx rtf xls xlsx'.split(' ');

export function isConvertible(name: string): boolean {
  return CONVERTIBLE.includes(extensionOf(name));
}

/** The text of a document, line by line; nothing for a file that is not what its name says. */
export function documentText(name: string, content: Uint8Array): string[] | undefined {
  const extension = extensionOf(name);
  if (extension === 'csv') return strFromU8(content).split(/\r?\n/);
  if (extension === 'rtf') return rtfLines(strFromU8(content, true));
  const parts = unzip(content);
  if (parts === undefined) return undefined;
  if (parts['word/document.xml']) return paragraphsOf(strFromU8(parts['word/document.xml']), 'w:p', 'w:t');
  if (parts['xl/workbook.xml']) return sheetLines(parts);
  if (parts['content.xml']) return paragraphsOf(strFromU8(parts['content.xml']), 'text:(?:p|h)', undefined);
  const slides = Object.keys(parts).filter((path) => /^ppt\/slides\/slide\d+\.xml$/.test(path));
  if (slides.length === 0) return undefined;
  slides.sort((a, b) => Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, '')));
  return slides.flatMap((path) => paragraphsOf(strFromU8(parts[path] ?? new Uint8Array()), 'a:p', 'a:t'));
}

const PART_LIMIT_BYTES = 20 * 1024 * 1024;

function unzip(content: Uint8Array): Record<string, Uint8Array> | undefined {
  try {
    return unzipSync(content, {
      filter: ({ name, originalSize }) => name.endsWith('.xml') && originalSize <= PART_LIMIT_BYTES,
    });
  } catch {
    return undefined;
  }
}

function paragraphsOf(xml: string, paragraph: string, text: string | undefined): string[] {
  return elementsOf(xml, paragraph).map(({ inner }) => {
    if (text === undefined) return decodeXml(inner.replace(/<[^<>]*>/g, ''));
    return elementsOf(inner, text)
      .map((run) => decodeXml(run.inner))
      .join('');
  });
}

/** From each first opening tag to the next closing one. In time with the length, whatever the text: it is a stranger's. */
function elementsOf(xml: string, name: string): { attributes: string; inner: string }[] {
  const opening = new RegExp(`<${name}(\\s[^<>]*)?>`);
  return xml
    .split(new RegExp(`</${name}>`))
    .slice(0, -1)
    .flatMap((piece) => {
      const tag = opening.exec(piece);
      if (tag === null) return [];
      return [{ attributes: tag[1] ?? '', inner: piece.slice(tag.index + tag[0].length) }];
    });
}

/** A row is a line; its cells stand apart by tabs. */
function sheetLines(parts: Record<string, Uint8Array>): string[] {
  const shared = paragraphsOf(strFromU8(parts['xl/sharedStrings.xml'] ?? new Uint8Array()), 'si', 't');
  const sheets = Object.keys(parts).filter((path) => /^xl\/worksheets\/sheet\d+\.xml$/.test(path));
  return sheets.sort().flatMap((path) => {
    const rows = elementsOf(strFromU8(parts[path] ?? new Uint8Array()), 'row');
    return rows.map(({ inner }) => cellsOf(inner, shared).join('\t'));
  });
}

function cellsOf(row: string, shared: string[]): string[] {
  return elementsOf(row, 'c').map(({ attributes, inner }) => {
    const value = decodeXml(/<(?:v|t)(?:\s[^<>]*)?>([^<]*)</.exec(inner)?.[1] ?? '');
    return /\st="s"/.test(attributes) ? (shared[Number(value)] ?? '') : value;
  });
}

function rtfLines(rtf: string): string[] {
  return rtf
    .replace(/\{\\(?:fonttbl|colortbl|stylesheet|info)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '')
    .replace(/\\par[d]?\b ?/g, '\n')
    .replace(/\\'([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\[a-z]+-?\d* ?|[{}]/gi, '')
    .split('\n');
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}
