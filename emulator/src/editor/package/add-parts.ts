import { posix } from 'node:path';
import { addRelationship, declareExtension, freeName, type Parts, putPart } from './package-parts.ts';

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
 * Adds pictures and addresses of links to the part `of`: the media part, its content type, the relationship. `names`
 * keeps the relationship that each name of the page stands for; a name that it knows is not added again.
 */
export function addTargets(parts: Parts, of: string, targets: NewTargets, names: Map<string, string>): void {
  for (const [name, { type, base64 }] of Object.entries(targets.pictures)) {
    const extension = EXTENSIONS[type];
    if (names.has(name) || extension === undefined) continue;
    const part = freeName(parts, `${posix.dirname(of)}/media/image`, extension);
    putPart(parts, part, Buffer.from(base64, 'base64'));
    declareExtension(parts, extension, type);
    names.set(name, addRelationship(parts, of, 'image', posix.relative(posix.dirname(of), part)));
  }
  for (const [name, address] of Object.entries(targets.links)) {
    if (names.has(name) || !SAFE_LINK.test(address)) continue;
    names.set(name, addRelationship(parts, of, 'hyperlink', address, ' TargetMode="External"'));
  }
}

/** Puts the relationships in the place of the page's own names for them. */
export function renameTargets(xml: string, names: ReadonlyMap<string, string>): string {
  return xml.replace(/(\sr:(?:embed|link|id)=")([^"]+)"/g, (whole, open, name) => {
    const id = names.get(name);
    return id === undefined ? whole : `${open}${id}"`;
  });
}
