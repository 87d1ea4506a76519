import { posix } from 'node:path';
import { encodeText } from '../blocks/xml-tree.ts';
import { EditorError } from '../errors.ts';
import { inflateEntry, replaceContent, type ZipEntry } from './zip.ts';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAX_PART_BYTES = 16 * 1024 ** 2;

/** The parts of a package by their names; those that are not put anew keep their stored bytes. */
export type Parts = Map<string, ZipEntry>;

export function readText(parts: Parts, name: string): string | undefined {
  const entry = parts.get(name);
  return entry && Buffer.from(inflateEntry(entry, MAX_PART_BYTES)).toString('utf8');
}

export function putPart(parts: Parts, name: string, content: Uint8Array): void {
  const like = parts.get(name) ?? parts.get('[Content_Types].xml');
  if (!like) throw new EditorError('not-a-word-package', 'The file does not say what its parts are.');
  const nameBytes = Buffer.from(name);
  parts.set(name, replaceContent({ ...like, name, nameBytes }, content));
}

export interface Relationship {
  id: string;
  /** The last word of the type, e.g. `header`. */
  kind: string;
  /** The name of the part, or an address outside of the package. */
  target: string;
}

export function readRelationships(parts: Parts, of: string): Relationship[] {
  const tags = (readText(parts, relationshipsOf(of)) ?? '').matchAll(/<Relationship\s[^>]*>/g);
  return [...tags].map(([tag]) => {
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
    const target = attribute('Target');
    const isOutside = attribute('TargetMode') === 'External';
    return {
      id: attribute('Id'),
      kind: attribute('Type').split('/').at(-1) ?? '',
      target: isOutside ? target : posix.resolve('/', posix.dirname(of), target).slice(1),
    };
  });
}

/** Adds a relationship of the part `of` and gives its id; a `kind` with a slash is a whole type. */
export function addRelationship(parts: Parts, of: string, kind: string, target: string, mode = ''): string {
  const part = relationshipsOf(of);
  const xml =
    readText(parts, part) ??
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>';
  let number = 1;
  while (xml.includes(`"rId${number}"`)) number++;
  const type = kind.includes('/') ? kind : `${OFFICE}/${kind}`;
  const entry = `<Relationship Id="rId${number}" Type="${type}" Target="${encodeAttribute(target)}"${mode}/>`;
  const opened = xml.replace(/<Relationships([^>]*)\/>/, '<Relationships$1></Relationships>');
  putPart(parts, part, Buffer.from(insertBefore(opened, '</Relationships>', entry)));
  return `rId${number}`;
}

function relationshipsOf(part: string): string {
  return posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);
}

/** Says in `[Content_Types].xml` what all parts with that extension are, unless it is said already. */
export function declareExtension(parts: Parts, extension: string, type: string): void {
  const types = readText(parts, '[Content_Types].xml') ?? '';
  if (new RegExp(`<Default\\s[^>]*Extension="${extension}"`, 'i').test(types)) return;
  const start = types.indexOf('>', types.search(/<Types[\s>]/)) + 1;
  const entry = `<Default Extension="${extension}" ContentType="${type}"/>`;
  putPart(parts, '[Content_Types].xml', Buffer.from(types.slice(0, start) + entry + types.slice(start)));
}

/** Puts a new part of WordprocessingML beside `beside`, which gets a relationship to it. */
export function addWordPart(
  parts: Parts,
  beside: string,
  part: { name: string; kind: string; type: string; xml: string },
): string {
  const { name, kind, type, xml } = part;
  putPart(parts, name, Buffer.from(xml));
  const types = readText(parts, '[Content_Types].xml') ?? '';
  const entry = `<Override PartName="/${name}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.${type}+xml"/>`;
  putPart(parts, '[Content_Types].xml', Buffer.from(insertBefore(types, '</Types>', entry)));
  return addRelationship(parts, beside, kind, posix.relative(posix.dirname(beside), name));
}

export function freeName(parts: Parts, stem: string, extension: string): string {
  let number = 1;
  while ([...parts.keys()].some((name) => name.startsWith(`${stem}${number}.`))) number++;
  return `${stem}${number}.${extension}`;
}

export function insertBefore(xml: string, marker: string, text: string): string {
  const at = xml.lastIndexOf(marker);
  return at === -1 ? xml : xml.slice(0, at) + text + xml.slice(at);
}

export function encodeAttribute(text: string): string {
  return encodeText(text).replaceAll('"', '&quot;');
}
