import { EditorError } from '../errors.ts';

/** An element or a stretch of text, as positions in the string that it was read from: nothing is ever written anew. */
export interface XmlNode {
  /** Qualified name, or `#text`. */
  name: string;
  start: number;
  end: number;
  /** Where the content of an element lies; equal when it has none. */
  innerStart: number;
  innerEnd: number;
  children: XmlNode[];
}

const MAX_DEPTH = 1000;

/** Reads well-formed XML into positions. Comments, CDATA and processing instructions count as text. */
export function readXmlTree(xml: string): XmlNode {
  const root: XmlNode = { name: '#root', start: 0, end: xml.length, innerStart: 0, innerEnd: xml.length, children: [] };
  const open: XmlNode[] = [root];
  let at = 0;
  while (at < xml.length) {
    const parent = open[open.length - 1];
    if (!parent) throw malformed('an element is closed twice');
    if (xml[at] !== '<') {
      const next = xml.indexOf('<', at);
      at = addText(parent, at, next === -1 ? xml.length : next);
    } else if (xml.startsWith('<!', at) || xml.startsWith('<?', at)) {
      at = addText(parent, at, endOfSpecial(xml, at));
    } else if (xml[at + 1] === '/') {
      at = closeElement(xml, at, open);
    } else {
      at = openElement(xml, at, parent, open);
    }
  }
  if (open.length !== 1) throw malformed(`<${open[open.length - 1]?.name}> is not closed`);
  return root;
}

function addText(parent: XmlNode, start: number, end: number): number {
  parent.children.push({ name: '#text', start, end, innerStart: start, innerEnd: end, children: [] });
  return end;
}

function endOfSpecial(xml: string, at: number): number {
  const closing = xml.startsWith('<!--', at) ? '-->' : xml.startsWith('<![CDATA[', at) ? ']]>' : '?>';
  if (closing === '?>' && xml[at + 1] === '!') throw malformed('document type declarations are not allowed');
  const end = xml.indexOf(closing, at);
  if (end === -1) throw malformed('a comment or section is not closed');
  return end + closing.length;
}

function closeElement(xml: string, at: number, open: XmlNode[]): number {
  const end = xml.indexOf('>', at);
  const node = open.pop();
  if (end === -1 || !node || xml.slice(at + 2, end).trimEnd() !== node.name) throw malformed('elements do not nest');
  node.innerEnd = at;
  node.end = end + 1;
  return end + 1;
}

function openElement(xml: string, at: number, parent: XmlNode, open: XmlNode[]): number {
  const end = endOfTag(xml, at);
  const name = /^[^\s/>]+/.exec(xml.slice(at + 1, Math.min(end, at + 300)))?.[0];
  if (!name) throw malformed('a tag has no name');
  const node: XmlNode = { name, start: at, end, innerStart: end, innerEnd: end, children: [] };
  parent.children.push(node);
  if (xml[end - 2] !== '/') {
    if (open.length > MAX_DEPTH) throw malformed('it is nested too deeply');
    open.push(node);
  }
  return end;
}

function endOfTag(xml: string, at: number): number {
  let quote = '';
  for (let index = at + 1; index < xml.length; index++) {
    const char = xml[index];
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return index + 1;
  }
  throw malformed('a tag is not closed');
}

export function sourceOf(xml: string, node: XmlNode): string {
  return xml.slice(node.start, node.end);
}

export function openTagOf(xml: string, node: XmlNode): string {
  return xml.slice(node.start, node.innerStart);
}

export function findChild(node: XmlNode, name: string): XmlNode | undefined {
  return node.children.find((child) => child.name === name);
}

export function findAttribute(openTag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(openTag);
  return match?.[1] ?? match?.[2];
}

/** Every element below `node`, in document order. */
export function* descendants(node: XmlNode): Generator<XmlNode> {
  for (const child of node.children) {
    if (child.name === '#text') continue;
    yield child;
    yield* descendants(child);
  }
}

/** Writes `xml` again with some nodes exchanged; overlapping replacements are not allowed. */
export function replaceRanges(xml: string, replacements: { start: number; end: number; text: string }[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text } of [...replacements].sort((a, b) => a.start - b.start)) {
    result += xml.slice(at, start) + text;
    at = end;
  }
  return result + xml.slice(at);
}

export function encodeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export function decodeText(source: string): string {
  return source.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function malformed(reason: string): EditorError {
  return new EditorError('malformed-blocks', `The XML of the document cannot be read: ${reason}.`);
}
