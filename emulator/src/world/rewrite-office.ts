import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile as ZipReader } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';

const UNPACKED_LIMIT_BYTES = 1024 ** 3;
const PART_LIMIT_BYTES = 4 * 1024 ** 2;
const CONTENT_TYPE_ID = '0x0101004E5A1B0C2D3E4F40A1B2C3D4E5F60718';

const CUSTOM_PROPERTIES = 'docProps/custom.xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const FORMAT_ID = '{D5CDD505-2E9C-101B-9397-08002B2CF9AE}';

/** What is added to one package, under names that are free in it. */
interface Additions {
  itemNumber: number;
  /** The package has custom properties of its own, which get one more. */
  hasProperties: boolean;
}

/**
 * Writes the package again as SharePoint does after an upload: its own properties in `docProps/custom.xml` and
 * `customXml/`, every other part unchanged. Answers whether there was anything to do; damaged packages stay as they are.
 */
export async function rewriteOfficeFile(sourcePath: string, targetPath: string): Promise<boolean> {
  let reader: ZipReader;
  try {
    reader = await openPromise(sourcePath, { autoClose: false });
  } catch {
    return false;
  }
  try {
    const entries = await listEntries(reader);
    if (entries === undefined || (await isRewritten(reader, entries))) return false;
    const additions = planAdditions(entries);
    const writer = new ZipWriter();
    const written = pipeline(writer.outputStream, createWriteStream(targetPath));
    // A failure while reading shows at the await below; without this it would also count as unhandled.
    written.catch(() => {});
    for (const entry of entries) await copyEntry(reader, entry, writer, additions);
    addParts(writer, additions);
    writer.end();
    await written;
    return true;
  } catch {
    return false;
  } finally {
    reader.close();
  }
}

async function listEntries(reader: ZipReader): Promise<Entry[] | undefined> {
  const entries: Entry[] = [];
  let unpacked = 0;
  for await (const entry of reader.eachEntry()) {
    unpacked += entry.uncompressedSize;
    if (unpacked > UNPACKED_LIMIT_BYTES) return undefined;
    entries.push(entry);
  }
  return entries.some(({ fileName }) => fileName === '[Content_Types].xml') ? entries : undefined;
}

async function isRewritten(reader: ZipReader, entries: readonly Entry[]): Promise<boolean> {
  const properties = entries.find(({ fileName }) => fileName === CUSTOM_PROPERTIES);
  return properties !== undefined && (await readPart(reader, properties)).includes('name="ContentTypeId"');
}

function planAdditions(entries: readonly Entry[]): Additions {
  const numbers = entries.map(({ fileName }) => Number(/^customXml\/item(\d+)\.xml$/.exec(fileName)?.[1] ?? 0));
  return {
    itemNumber: Math.max(0, ...numbers) + 1,
    hasProperties: entries.some(({ fileName }) => fileName === CUSTOM_PROPERTIES),
  };
}

async function copyEntry(reader: ZipReader, entry: Entry, writer: ZipWriter, additions: Additions): Promise<void> {
  const change = CHANGED_PARTS[entry.fileName];
  if (change !== undefined && entry.uncompressedSize <= PART_LIMIT_BYTES) {
    writer.addBuffer(Buffer.from(change(await readPart(reader, entry), additions)), entry.fileName);
    return;
  }
  const stream = await reader.openReadStreamPromise(entry);
  writer.addReadStream(stream, entry.fileName, { mtime: entry.getLastModDate() });
  // One part after the other: the reader's streams all hold the same file open.
  await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
}

async function readPart(reader: ZipReader, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > PART_LIMIT_BYTES) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of await reader.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const CHANGED_PARTS: Record<string, ((xml: string, additions: Additions) => string) | undefined> = {
  '[Content_Types].xml': (xml, { itemNumber, hasProperties }) => {
    const item = override(`customXml/itemProps${itemNumber}.xml`, 'customXmlProperties');
    return before(xml, '</Types>', hasProperties ? item : item + override(CUSTOM_PROPERTIES, 'custom-properties'));
  },
  '_rels/.rels': (xml, { hasProperties }) =>
    hasProperties ? xml : relate(xml, 'rIdSharePointProperties', 'custom-properties', CUSTOM_PROPERTIES),
  [CUSTOM_PROPERTIES]: addProperty,
  'word/_rels/document.xml.rels': relateItem,
  'xl/_rels/workbook.xml.rels': relateItem,
  'ppt/_rels/presentation.xml.rels': relateItem,
};

function relateItem(xml: string, { itemNumber }: Additions): string {
  return relate(xml, `rIdSharePointItem${itemNumber}`, 'customXml', `../customXml/item${itemNumber}.xml`);
}

function relate(xml: string, id: string, kind: string, target: string): string {
  const relation = `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${kind}" Target="${target}"/>`;
  return before(xml, '</Relationships>', relation);
}

function override(part: string, kind: string): string {
  return `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${kind}+xml"/>`;
}

function addProperty(xml: string): string {
  const ids = [...xml.matchAll(/\bpid="(\d+)"/g)].map((match) => Number(match[1]));
  return before(xml, '</Properties>', property(Math.max(1, ...ids) + 1));
}

/** `vt` is declared on the element itself, so that it fits into properties which use another prefix. */
function property(id: number): string {
  const value = `<vt:lpwstr xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">${CONTENT_TYPE_ID}</vt:lpwstr>`;
  return `<property fmtid="${FORMAT_ID}" pid="${id}" name="ContentTypeId">${value}</property>`;
}

function before(xml: string, end: string, addition: string): string {
  const at = xml.lastIndexOf(end);
  return at < 0 ? xml : xml.slice(0, at) + addition + xml.slice(at);
}

function addParts(writer: ZipWriter, { itemNumber, hasProperties }: Additions): void {
  const add = (name: string, xml: string) => writer.addBuffer(Buffer.from(HEAD + xml), name);
  if (!hasProperties) {
    const names = 'http://schemas.openxmlformats.org/officeDocument/2006/custom-properties';
    add(CUSTOM_PROPERTIES, `<Properties xmlns="${names}">${property(2)}</Properties>`);
  }
  const metadata = 'http://schemas.microsoft.com/office/2006/metadata/properties';
  const store = 'http://schemas.openxmlformats.org/officeDocument/2006/customXml';
  const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
  add(`customXml/item${itemNumber}.xml`, `<p:properties xmlns:p="${metadata}"><documentManagement/></p:properties>`);
  add(
    `customXml/itemProps${itemNumber}.xml`,
    `<ds:datastoreItem ds:itemID="{6A1B9C5E-3D2F-4C7A-8B90-1E2D3C4B5A69}" xmlns:ds="${store}"><ds:schemaRefs><ds:schemaRef ds:uri="${metadata}"/></ds:schemaRefs></ds:datastoreItem>`,
  );
  add(
    `customXml/_rels/item${itemNumber}.xml.rels`,
    `<Relationships xmlns="${packageRelationships}"><Relationship Id="rId1" Type="${RELATIONSHIPS}/customXmlProps" Target="itemProps${itemNumber}.xml"/></Relationships>`,
  );
}
