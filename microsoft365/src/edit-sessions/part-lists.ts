import { posix } from 'node:path';
import { SaxesParser } from 'saxes';
import { PackageUnreadable } from './package-unreadable.ts';

// Part lists are `[Content_Types].xml` and the `.rels` files: they name parts that SharePoint adds, drops and renames,
// so they are read, freed of those lines and put in order, instead of being compared by their bytes.
const LIST_LIMIT_BYTES = 8 * 1024 * 1024;
const IGNORED = /^\/?(docprops|customxml)\//i;

export function isIgnoredPart(name: string): boolean {
  return IGNORED.test(name);
}

export function isPartList(name: string): boolean {
  return name.toLowerCase() === '[content_types].xml' || /(^|\/)_rels\/[^/]*\.rels$/i.test(name);
}

/** The list's lines that count, in order; `undefined` when none is left, as if the list weren't there. */
export async function readPartList(name: string, content: AsyncIterable<Buffer>): Promise<string | undefined> {
  const lines: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new PackageUnreadable('damaged', 'A list of its parts is no XML.', { cause: error });
  });
  parser.on('doctype', () => {
    throw new PackageUnreadable('damaged', 'A list of its parts declares entities.');
  });
  parser.on('opentag', ({ name: tag, attributes }) => {
    const line = countedLine(name, tag.replace(/^.*:/, ''), attributes);
    if (line !== undefined) lines.push(line);
  });
  let size = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of content) {
    size += chunk.length;
    if (size > LIST_LIMIT_BYTES) throw new PackageUnreadable('too_large', 'A list of its parts is endless.');
    parser.write(decoder.decode(chunk, { stream: true }));
  }
  parser.close();
  return lines.length === 0 ? undefined : lines.sort().join('\n');
}

/** A type by extension (`Default`) changes nothing that a reader of the document could see. */
function countedLine(list: string, tag: string, attributes: Record<string, string>): string | undefined {
  if (tag === 'Override') {
    const part = attributes.PartName ?? '';
    return isIgnoredPart(part) ? undefined : JSON.stringify([part, attributes.ContentType]);
  }
  if (tag !== 'Relationship') return undefined;
  const { Id, Type, Target = '', TargetMode } = attributes;
  if (TargetMode !== 'External' && isIgnoredPart(resolveTarget(list, Target))) return undefined;
  return JSON.stringify([Id, Type, Target, TargetMode]);
}

/** `word/_rels/document.xml.rels` speaks from `word/`. */
function resolveTarget(list: string, target: string): string {
  return posix.resolve('/', posix.dirname(posix.dirname(list)), target);
}
