import { extname } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

const WORDS = 'Changed by the benchmark.';

/** A small change as a person makes one, and the parts that it touches. */
export function changed(fileName: string, content: Uint8Array): { content: Uint8Array; touched: string[] } {
  const parts = unzipSync(content);
  const part = findPart(fileName, parts);
  const xml = strFromU8(parts[part] ?? new Uint8Array());
  const next = CHANGES[extname(fileName).toLowerCase()]?.(xml);
  if (!next || next === xml) throw new Error(`${fileName}: ${part} has no place for a change`);
  parts[part] = strToU8(next);
  return { content: zipSync(parts, { level: 6 }), touched: [part] };
}

const CHANGES: Record<string, (xml: string) => string> = {
  '.docx': (xml) =>
    xml.replace(
      /(<w:sectPr\b(?![\s\S]*<w:sectPr\b)|<\/w:body>)/,
      `<w:p><w:r><w:t xml:space="preserve">${WORDS}</w:t></w:r></w:p>$1`,
    ),
  '.xlsx': (xml) =>
    xml.replace(/<sheetData\s*\/>|<\/sheetData>/, (end) => {
      const row = `<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>${WORDS}</t></is></c></row>`;
      return end === '</sheetData>' ? `${row}${end}` : `<sheetData>${row}</sheetData>`;
    }),
  '.pptx': (xml) =>
    xml.replace(/<p:cSld\b([^>]*?)\sname="[^"]*"|<p:cSld\b/, (tag, rest = '') =>
      tag.startsWith('<p:cSld') ? `<p:cSld${rest} name="${WORDS}"` : tag,
    ),
};

function findPart(fileName: string, parts: Record<string, unknown>): string {
  const patterns: Record<string, RegExp> = {
    '.docx': /^word\/document\d*\.xml$/,
    '.xlsx': /^xl\/worksheets\/[^/]+\.xml$/,
    '.pptx': /^ppt\/slides\/[^/]+\.xml$/,
  };
  const found = Object.keys(parts).find((name) => patterns[extname(fileName).toLowerCase()]?.test(name));
  if (!found) throw new Error(`${fileName} has no main part`);
  return found;
}
