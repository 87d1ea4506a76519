import { posix } from 'node:path';
import { EditorError } from '../errors.ts';
import { inflateEntry, readZip, replaceContent, writeZip, type ZipEntry } from './zip.ts';

const MAX_DOCUMENT_BYTES = 48 * 1024 ** 2;
const MAX_SIDE_PART_BYTES = 16 * 1024 ** 2;

/** A .docx with the one part that the editor may change, and what new text may refer to in the others. */
export interface WordPackage {
  entries: ZipEntry[];
  documentPart: string;
  /** `word/document.xml` as it is stored. */
  documentXml: string;
  /** `w:trackRevisions`: typing is recorded as suggestions. */
  tracksRevisions: boolean;
  /** `w:documentProtection` in force, by its `w:edit`, e.g. `readOnly`. */
  protection: string | undefined;
  references: PackageReferences;
}

export interface PackageReferences {
  relationships: Set<string>;
  comments: Set<string>;
  footnotes: Set<string>;
  endnotes: Set<string>;
  numberings: Set<string>;
}

export function readWordPackage(content: Uint8Array): WordPackage {
  const entries = readZip(content);
  const documentPart = findDocumentPart(entries);
  const document = entries.find((entry) => entry.name === documentPart);
  if (!document) throw new EditorError('not-a-word-package', 'The file holds no Word document.');
  const documentXml = decodeUtf8(inflateEntry(document, MAX_DOCUMENT_BYTES));
  const folder = posix.dirname(documentPart);
  const settings = readPart(entries, `${folder}/settings.xml`);
  return {
    entries,
    documentPart,
    documentXml,
    tracksRevisions: isOn(settings, 'w:trackRevisions'),
    protection: findProtection(settings),
    references: readReferences(entries, documentPart),
  };
}

/** What text of `part`, the document unless another is named, may refer to. */
export function readReferences(entries: ZipEntry[], documentPart: string, part = documentPart): PackageReferences {
  const folder = posix.dirname(documentPart);
  const relationships = `${posix.dirname(part)}/_rels/${posix.basename(part)}.rels`;
  return {
    relationships: idsIn(readPart(entries, relationships), 'Relationship', 'Id'),
    comments: idsIn(readPart(entries, `${folder}/comments.xml`), 'w:comment', 'w:id'),
    footnotes: idsIn(readPart(entries, `${folder}/footnotes.xml`), 'w:footnote', 'w:id'),
    endnotes: idsIn(readPart(entries, `${folder}/endnotes.xml`), 'w:endnote', 'w:id'),
    numberings: idsIn(readPart(entries, `${folder}/numbering.xml`), 'w:num', 'w:numId'),
  };
}

/** The same package with another `word/document.xml`; all other parts keep their stored bytes. */
export function writeWordPackage(source: WordPackage, documentXml: string): Uint8Array {
  const bytes = Buffer.from(documentXml, 'utf8');
  return writeZip(
    source.entries.map((entry) => (entry.name === source.documentPart ? replaceContent(entry, bytes) : entry)),
  );
}

function findDocumentPart(entries: ZipEntry[]): string {
  const relationships = readPart(entries, '_rels/.rels') ?? '';
  for (const [tag] of relationships.matchAll(/<Relationship\s[^>]*>/g)) {
    if (!/Type="[^"]*\/officeDocument"/.test(tag)) continue;
    const target = /Target="([^"]*)"/.exec(tag)?.[1];
    if (target) return target.replace(/^\//, '');
  }
  return 'word/document.xml';
}

function readPart(entries: ZipEntry[], name: string): string | undefined {
  const entry = entries.find((candidate) => candidate.name === name);
  return entry && Buffer.from(inflateEntry(entry, MAX_SIDE_PART_BYTES)).toString('utf8');
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EditorError('unsupported-package', 'The document is not written in UTF-8 and cannot be edited here.', {
      cause,
    });
  }
}

function isOn(settings: string | undefined, name: string): boolean {
  const tag = new RegExp(`<${name}(\\s[^>]*)?/?>`).exec(settings ?? '')?.[0];
  return tag !== undefined && !/w:val="(0|false|off)"/.test(tag);
}

function findProtection(settings: string | undefined): string | undefined {
  const tag = /<w:documentProtection\s[^>]*>/.exec(settings ?? '')?.[0];
  if (!tag || !/w:enforcement="(1|true|on)"/.test(tag)) return undefined;
  return /w:edit="(\w+)"/.exec(tag)?.[1];
}

function idsIn(xml: string | undefined, element: string, attribute: string): Set<string> {
  const tags = (xml ?? '').matchAll(new RegExp(`<${element}\\s[^>]*>`, 'g'));
  const ids = [...tags].map(([tag]) => new RegExp(`\\s${attribute}="([^"]*)"`).exec(tag)?.[1]);
  return new Set(ids.filter((id) => id !== undefined));
}
