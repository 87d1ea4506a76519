import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export type Parts = Record<string, string | Buffer>;

/** Writes a zip of these parts, in this order. */
export async function writePackage(path: string, parts: Parts, options = { compress: true }): Promise<void> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name, options);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export const contentTypes = (overrides: string) =>
  `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`;
export const relationships = (...lines: [id: string, type: string, target: string][]) =>
  `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${lines
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const MAIN = '<Override PartName="/word/document.xml" ContentType="application/main+xml"/>';

/** A small Word package as an author saved it. */
export function wordParts(text = 'Wash your hands.'): Parts {
  return {
    '[Content_Types].xml': contentTypes(MAIN),
    '_rels/.rels': relationships(['rId1', 'officeDocument', 'word/document.xml']),
    'word/document.xml': `${XML}<w:document><w:body><w:p>${text}</w:p></w:body></w:document>`,
    'word/_rels/document.xml.rels': relationships(['rId1', 'image', 'media/a.png']),
    'word/media/a.png': Buffer.from([137, 80, 78, 71]),
  };
}

/** The same after SharePoint put its properties in: other order, more parts, more lines in the lists. */
export function afterSharePoint(parts: Parts): Parts {
  return {
    'docProps/custom.xml': `${XML}<Properties><property name="ContentTypeId"/></Properties>`,
    'customXml/item1.xml': '<p/>',
    'customXml/_rels/item1.xml.rels': relationships(['rId1', 'customXmlProps', 'itemProps1.xml']),
    'customXml/itemProps1.xml': '<q/>',
    'word/media/a.png': parts['word/media/a.png'] ?? '',
    'word/document.xml': parts['word/document.xml'] ?? '',
    'word/_rels/document.xml.rels': relationships(
      ['rId9', 'customXml', '../customXml/item1.xml'],
      ['rId1', 'image', 'media/a.png'],
    ),
    '_rels/.rels': relationships(
      ['rId4', 'custom-properties', 'docProps/custom.xml'],
      ['rId1', 'officeDocument', 'word/document.xml'],
      ['rId5', 'metadata/core-properties', '/docProps/core.xml'],
    ),
    '[Content_Types].xml': contentTypes(
      `<Override PartName="/customXml/itemProps1.xml" ContentType="a"/>${MAIN}<Override PartName="/docProps/custom.xml" ContentType="b"/>`,
    ),
  };
}
