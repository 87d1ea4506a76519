import { SaxesParser, type SaxesTagNS } from 'saxes';

const DEEPEST = 500;

/** An element and where it stands in the text: what the parser found, so that all other bytes can stay. */
export interface XmlElement {
  namespace: string;
  local: string;
  /** By its local name, whatever its prefix. */
  attribute(local: string): string | undefined;
  children: XmlElement[];
  /** Of this element alone, without that of its children. */
  text: string;
  /** From the `<` of its start tag to behind the `>` of its end tag. */
  start: number;
  end: number;
  /** Behind its start tag, and before its end tag; equal where it is one tag. */
  innerStart: number;
  innerEnd: number;
}

export interface XmlText {
  root: XmlElement;
  text: string;
}

/** Parses a whole part. Entities and document types of its own are refused. @throws Error when it is no XML */
export function parseXml(text: string): XmlText {
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  const parser = new SaxesParser({ xmlns: true, position: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('A part declares a document type.');
  });
  parser.on('opentag', (tag) => {
    const innerStart = parser.position;
    const element = elementOf(tag, text.lastIndexOf('<', innerStart - 1), innerStart);
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
    if (open.length > DEEPEST) throw new Error('It is nested too deep.');
  });
  parser.on('text', (run) => {
    const holder = open.at(-1);
    if (holder) holder.text += run;
  });
  parser.on('closetag', (tag) => {
    const element = open.pop();
    if (!element) return;
    element.end = parser.position;
    element.innerEnd = tag.isSelfClosing ? element.innerStart : text.lastIndexOf('<', element.end - 1);
  });
  parser.write(text).close();
  if (!root) throw new Error('It holds no element.');
  return { root, text };
}

function elementOf(tag: SaxesTagNS, start: number, innerStart: number): XmlElement {
  const attributes = Object.values(tag.attributes);
  return {
    namespace: tag.uri,
    local: tag.local,
    attribute: (local) => attributes.find((attribute) => attribute.local === local)?.value,
    children: [],
    text: '',
    start,
    innerStart,
    end: innerStart,
    innerEnd: innerStart,
  };
}

/** Every element below `from`, itself included, in the order of the text. */
export function* walk(from: XmlElement): Generator<XmlElement> {
  yield from;
  for (const child of from.children) yield* walk(child);
}

/** One place of a text and what stands there instead. */
export interface Replacement {
  start: number;
  end: number;
  by: string;
}

/** All else stays letter for letter. Places must not overlap. */
export function replacePlaces(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const { start, end, by } of [...replacements].sort((one, other) => other.start - one.start))
    result = result.slice(0, start) + by + result.slice(end);
  return result;
}

export function escapeXml(text: string): string {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text.replace(/[&<>"]/g, (character) => `&${names[character]};`);
}
