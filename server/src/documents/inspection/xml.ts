import { SaxesParser, type SaxesTagNS } from 'saxes';
import { PACKAGE_LIMITS } from './package.ts';
import { refusals } from './refusals.ts';

// A parser holds one tag or one run of text whole: pictures in base64 inside custom XML need some room.
const LONGEST_RUN = 32 * 1024 * 1024;
const DEEPEST = 5_000;
const ENCODINGS = new Set(['utf-8', 'utf8', 'utf-16', 'us-ascii', 'ascii']);

/** An element that begins: namespace, local name, and attributes by local name. */
export interface XmlElement {
  namespace: string;
  name: string;
  attribute(name: string): string | undefined;
}

/**
 * Reads one XML part as a stream. Throws `Failure` 422: a document type (where entities are declared) is never
 * harmless in an Office file, a part that is not well-formed is damaged.
 */
export async function readXml(
  chunks: AsyncIterable<Uint8Array>,
  onElement?: (element: XmlElement) => void,
): Promise<void> {
  const parser = new SaxesParser({ xmlns: true });
  let depth = 0;
  parser.on('doctype', refuseDocumentType);
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding && !ENCODINGS.has(encoding.toLowerCase())) throw refusals.damaged();
  });
  parser.on('error', (error) => {
    throw refusals.damaged(error);
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > DEEPEST) throw refusals.unsafe('its parts are nested too deep');
    onElement?.(elementOf(tag));
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  let run = 0;
  for await (const text of decode(chunks)) {
    const last = Math.max(text.lastIndexOf('<'), text.lastIndexOf('>'));
    run = last < 0 ? run + text.length : text.length - last;
    if (run > LONGEST_RUN) throw refusals.unsafe('a part of it has text without end');
    parser.write(text);
  }
  parser.close();
}

function refuseDocumentType(): never {
  throw refusals.unsafe(
    'it brings document type declarations of its own, by which files and addresses can be read secretly',
  );
}

/** Old drawings (VML) are often no well-formed XML: they are only searched for declarations. */
export async function refuseDeclarations(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let tail = '';
  for await (const text of decode(chunks)) {
    const seen = tail + text;
    if (/<!\s*(DOCTYPE|ENTITY)/i.test(seen)) refuseDocumentType();
    tail = seen.slice(-32);
  }
}

function elementOf(tag: SaxesTagNS): XmlElement {
  return {
    namespace: tag.uri,
    name: tag.local,
    attribute: (name) => Object.values(tag.attributes).find((attribute) => attribute.local === name)?.value,
  };
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > PACKAGE_LIMITS.xmlPartBytes) throw refusals.unsafe('one of its parts is far too long');
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
    yield decoder.decode(chunk, { stream: true });
  }
  if (decoder) yield decoder.decode();
}

/** By the byte order mark, or by how `<` is written: Office files are UTF-8 or UTF-16 only. */
function encodingOf(start: Uint8Array): string {
  const [first, second] = start;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return 'utf-8';
}
