import { posix } from 'node:path';
import { decodeText, descendants, findAttribute, openTagOf, readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { EditorError } from '../errors.ts';
import { inflateEntry, readZip, replaceContent, writeZip, type ZipEntry } from '../package/zip.ts';

const MAX_PART_BYTES = 32 * 1024 ** 2;

/** A workbook or presentation: its parts as they are stored, read one at a time. */
export class OfficePackage {
  readonly #entries: ZipEntry[];
  readonly #changed = new Map<string, string>();

  /** @param what the file should be, in words, e.g. `a workbook` */
  constructor(content: Uint8Array, what: string) {
    if (isCompoundFile(content))
      throw new EditorError(
        'unsupported-package',
        'This file needs a password to be opened, or is of an old format. It cannot be opened here.',
      );
    try {
      this.#entries = readZip(content);
    } catch (cause) {
      if (cause instanceof EditorError && cause.code !== 'not-a-word-package') throw cause;
      throw new EditorError('not-a-word-package', `This is not ${what} that can be opened.`, { cause });
    }
  }

  findPart(name: string): string | undefined {
    const changed = this.#changed.get(name);
    if (changed !== undefined) return changed;
    const entry = this.#entries.find((candidate) => candidate.name === name);
    return entry && decodeUtf8(inflateEntry(entry, MAX_PART_BYTES));
  }

  getPart(name: string): string {
    const part = this.findPart(name);
    if (part === undefined) throw new EditorError('not-a-word-package', `The file lacks its part ${name}.`);
    return part;
  }

  replacePart(name: string, xml: string): void {
    if (xml !== this.findPart(name)) this.#changed.set(name, xml);
  }

  /** The file again, parts that were not replaced with their stored bytes; undefined when nothing was. */
  write(): Uint8Array | undefined {
    if (this.#changed.size === 0) return undefined;
    return writeZip(
      this.#entries.map((entry) => {
        const xml = this.#changed.get(entry.name);
        return xml === undefined ? entry : replaceContent(entry, Buffer.from(xml, 'utf8'));
      }),
    );
  }

  /** The part that the package is about, e.g. `xl/workbook.xml`. */
  mainPart(): string {
    const main = this.relationships('').find(({ kind }) => kind === 'officeDocument');
    if (!main) throw new EditorError('not-a-word-package', 'The file does not say which part is its document.');
    return main.target;
  }

  relationships(part: string): Relationship[] {
    const folder = posix.dirname(part);
    const xml = this.findPart(posix.join(folder, '_rels', `${posix.basename(part)}.rels`));
    if (xml === undefined) return [];
    return [...descendants(readXmlTree(xml))]
      .filter(({ name }) => localName(name) === 'Relationship')
      .map((node) => {
        const target = attribute(xml, node, 'Target') ?? '';
        return {
          id: attribute(xml, node, 'Id') ?? '',
          kind: posix.basename(attribute(xml, node, 'Type') ?? ''),
          target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
        };
      });
  }
}

export interface Relationship {
  id: string;
  /** The last word of the type's address, which is the same in strict and transitional files. */
  kind: string;
  /** Name of the part, from the package's root. */
  target: string;
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** `x:` of `x:sheetData`; new elements beside one must be written with the same. */
export function prefixOf(name: string): string {
  return name.slice(0, name.indexOf(':') + 1);
}

export function attribute(xml: string, node: XmlNode, name: string): string | undefined {
  const value = findAttribute(openTagOf(xml, node), name);
  return value === undefined ? undefined : decodeText(value);
}

/** The relationship that an element names, whatever prefix the file gives to that namespace. */
export function relationshipId(xml: string, node: XmlNode): string | undefined {
  return /\s[\w.-]+:id\s*=\s*["']([^"']*)["']/.exec(openTagOf(xml, node))?.[1];
}

export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((one) => localName(one.name) === name);
}

export function childrenOf(node: XmlNode | undefined, name: string): XmlNode[] {
  return node?.children.filter((one) => localName(one.name) === name) ?? [];
}

/** The text directly in an element, CDATA included, comments left out. */
export function textIn(xml: string, node: XmlNode): string {
  return node.children
    .map(({ name, start, end }) => {
      if (name !== '#text') return '';
      const source = xml.slice(start, end);
      if (source.startsWith('<![CDATA[')) return source.slice(9, -3);
      return source.startsWith('<') ? '' : decodeText(source);
    })
    .join('');
}

/** What XML cannot hold is left out, as Office does: control characters and halves of characters. */
export function withoutControlCharacters(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}

// Encrypted files and those of Office before 2007 begin so.
function isCompoundFile(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, 4)).toString('hex') === 'd0cf11e0';
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EditorError('unsupported-package', 'The file is not written in UTF-8 and cannot be edited here.', {
      cause,
    });
  }
}
