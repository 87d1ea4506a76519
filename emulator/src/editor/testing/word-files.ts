import { replaceContent, writeZip, type ZipEntry } from '../package/zip.ts';

const ROOT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** `word/document.xml` with this body; `namespaces` are added to its root. */
export function documentXml(body: string, namespaces = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${ROOT}${namespaces}><w:body>${body}<w:sectPr/></w:body></w:document>`;
}

/** A .docx of the least parts that Word opens, and any others that are named. */
export function wordFile(body: string, parts: Record<string, string> = {}): Uint8Array {
  const all: Record<string, string> = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': documentXml(body),
    ...parts,
  };
  return writeZip(Object.entries(all).map(([name, text]) => replaceContent(emptyEntry(name), Buffer.from(text))));
}

export function settingsXml(content: string): string {
  return `<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${content}</w:settings>`;
}

export function emptyEntry(name: string): ZipEntry {
  return {
    name,
    nameBytes: Buffer.from(name),
    versionNeeded: 20,
    flags: 0,
    method: 0,
    dosTime: 0,
    dosDate: 33,
    crc: 0,
    compressed: new Uint8Array(),
    size: 0,
    externalAttributes: 0,
  };
}
