import { ZipFile } from 'yazl';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

type Parts = Record<string, string | Uint8Array>;

/** The parts of a small Word document; `body` goes where paragraphs stand. */
export function wordParts(body = '<w:p><w:r><w:t>Wash your hands.</w:t></w:r></w:p>'): Parts {
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
      <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
      <Default Extension="xml" ContentType="application/xml"/>
      <Override PartName="/word/document.xml" ContentType="${OPEN_XML}.wordprocessingml.document.main+xml"/>
      <Override PartName="/word/comments.xml" ContentType="${OPEN_XML}.wordprocessingml.comments+xml"/>
      <Override PartName="/word/settings.xml" ContentType="${OPEN_XML}.wordprocessingml.settings+xml"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${RELATIONSHIPS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `${XML}<w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`,
  };
}

export const wordXml = (element: string, inside: string) =>
  `${XML}<w:${element} xmlns:w="${WORD}">${inside}</w:${element}>`;
export const insertion = (author: string) =>
  `<w:p><w:ins w:id="1" w:author="${author}" w:date="2026-11-01T10:00:00Z"><w:r><w:t>new</w:t></w:r></w:ins></w:p>`;

/** A Word document with this sentence in it. */
export function aWordFile(sentence = 'Wash your hands.', more: Parts = {}): Promise<Buffer> {
  return zip({ ...wordParts(`<w:p><w:r><w:t>${sentence}</w:t></w:r></w:p>`), ...more });
}

export function aWordFileWithMarks(changes: number, comments: number): Promise<Buffer> {
  const comment = '<w:comment w:id="1" w:author="Ann"><w:p/></w:comment>';
  return zip({
    ...wordParts(insertion('Ann').repeat(changes)),
    'word/comments.xml': wordXml('comments', comment.repeat(comments)),
  });
}

export async function zip(parts: Parts): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(parts)) file.addBuffer(Buffer.from(content), name);
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
