import { posix } from 'node:path';
import { encodeText } from '../blocks/xml-tree.ts';
import { EditorError } from '../errors.ts';
import { readWordPackage, type WordPackage } from './word-package.ts';
import { inflateEntry, replaceContent, writeZip, type ZipEntry } from './zip.ts';

const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAX_RELATIONSHIP_BYTES = 16 * 1024 ** 2;
/** What Word shows, by media type. */
const EXTENSIONS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/bmp': 'bmp',
  'image/tiff': 'tiff',
  'image/svg+xml': 'svg',
};
// A link must not run anything when somebody clicks it.
const SAFE_LINK = /^(https?|mailto|tel|ftp):/i;

/** What new text refers to, under the names that the page gave it. */
export interface NewTargets {
  pictures: Record<string, { type: string; base64: string }>;
  links: Record<string, string>;
}

/**
 * Adds pictures and addresses of links to a package: the media part, its content type, the relationship. `names` keeps
 * the relationship that each name of the page stands for; a name that it knows is not added again.
 */
export function addTargets(source: WordPackage, targets: NewTargets, names: Map<string, string>): WordPackage {
  const parts = new Map(source.entries.map((entry) => [entry.name, entry]));
  const relationships = openRelationships(parts, source.documentPart);
  for (const [name, { type, base64 }] of Object.entries(targets.pictures)) {
    const extension = EXTENSIONS[type];
    if (names.has(name) || extension === undefined) continue;
    const part = freeName(parts, `${posix.dirname(source.documentPart)}/media/image`, extension);
    putPart(parts, part, Buffer.from(base64, 'base64'));
    declareType(parts, extension, type);
    names.set(name, relationships.add('image', posix.relative(posix.dirname(source.documentPart), part), ''));
  }
  for (const [name, address] of Object.entries(targets.links)) {
    if (names.has(name) || !SAFE_LINK.test(address)) continue;
    names.set(name, relationships.add('hyperlink', address, ' TargetMode="External"'));
  }
  if (!relationships.write()) return source;
  return readWordPackage(writeZip([...parts.values()]));
}

function openRelationships(parts: Map<string, ZipEntry>, documentPart: string) {
  const part = posix.join(posix.dirname(documentPart), '_rels', `${posix.basename(documentPart)}.rels`);
  let xml =
    readText(parts, part) ??
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>';
  let added = false;
  return {
    add: (kind: string, target: string, mode: string): string => {
      let number = 1;
      while (xml.includes(`"rId${number}"`)) number++;
      const attributes = `Id="rId${number}" Type="${RELATIONSHIPS}/${kind}" Target="${encodeAttribute(target)}"${mode}`;
      xml = insertBefore(
        xml.replace(/<Relationships([^>]*)\/>/, '<Relationships$1></Relationships>'),
        '</Relationships>',
        `<Relationship ${attributes}/>`,
      );
      added = true;
      return `rId${number}`;
    },
    write: (): boolean => {
      if (added) putPart(parts, part, Buffer.from(xml));
      return added;
    },
  };
}

function declareType(parts: Map<string, ZipEntry>, extension: string, type: string): void {
  const types = readText(parts, '[Content_Types].xml') ?? '';
  if (new RegExp(`<Default\\s[^>]*Extension="${extension}"`, 'i').test(types)) return;
  const start = types.indexOf('>', types.search(/<Types[\s>]/)) + 1;
  const entry = `<Default Extension="${extension}" ContentType="${type}"/>`;
  putPart(parts, '[Content_Types].xml', Buffer.from(types.slice(0, start) + entry + types.slice(start)));
}

function freeName(parts: Map<string, ZipEntry>, stem: string, extension: string): string {
  let number = 1;
  while ([...parts.keys()].some((name) => name.startsWith(`${stem}${number}.`))) number++;
  return `${stem}${number}.${extension}`;
}

function putPart(parts: Map<string, ZipEntry>, name: string, content: Uint8Array): void {
  const like = parts.get(name) ?? parts.get('[Content_Types].xml');
  if (!like) throw new EditorError('not-a-word-package', 'The file does not say what its parts are.');
  const nameBytes = Buffer.from(name);
  parts.set(name, replaceContent({ ...like, name, nameBytes }, content));
}

function readText(parts: Map<string, ZipEntry>, name: string): string | undefined {
  const entry = parts.get(name);
  return entry && Buffer.from(inflateEntry(entry, MAX_RELATIONSHIP_BYTES)).toString('utf8');
}

function insertBefore(xml: string, marker: string, text: string): string {
  const at = xml.lastIndexOf(marker);
  return at === -1 ? xml : xml.slice(0, at) + text + xml.slice(at);
}

function encodeAttribute(text: string): string {
  return encodeText(text).replaceAll('"', '&quot;');
}

/** Puts the relationships in the place of the page's own names for them. */
export function renameTargets(xml: string, names: ReadonlyMap<string, string>): string {
  return xml.replace(/(\sr:(?:embed|link|id)=")([^"]+)"/g, (whole, open, name) => {
    const id = names.get(name);
    return id === undefined ? whole : `${open}${id}"`;
  });
}
