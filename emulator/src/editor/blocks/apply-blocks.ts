import { SaxesParser } from 'saxes';
import { z } from 'zod';
import { EditorError } from '../errors.ts';
import type { PackageReferences } from '../package/word-package.ts';
import { type BodyBlock, type BodyBlocks, readBodyBlocks } from './body-blocks.ts';
import { type ChangeMark, createCleaner } from './clean-new-xml.ts';
import { mergeBlock } from './merge-block.ts';
import { declareNamespaces, usedPrefixes } from './namespaces.ts';
import { descendants, findAttribute, openTagOf, readXmlTree, replaceRanges, sourceOf } from './xml-tree.ts';

export const paragraphKey = z.string().regex(/^[0-9A-Fa-f]{8}$/);

/** One entry of a save: a block (or a paragraph inside one), or a run of unchanged blocks from `key` to `to`. */
export const savedBlock = z.object({
  key: paragraphKey,
  /** The last of several unchanged blocks that follow each other in the base. */
  to: paragraphKey.optional(),
  /** The editor's writing of the block now; null when it is unchanged. */
  xml: z.string().max(20_000_000).nullable(),
  /** The editor's writing of the block as it was at the base, so that the edit can be told from what it cannot write. */
  was: z.string().max(20_000_000).optional(),
});
export type SavedBlock = z.infer<typeof savedBlock>;

export interface AppliedBlocks {
  documentXml: string;
  lost: string[];
}

/**
 * Puts saved blocks in the place of those of the base. Blocks that are neither named nor `deleted` stay where they
 * were: the page may not have been able to show them.
 */
export function applyBlocks(
  baseXml: string,
  saved: SavedBlock[],
  deleted: string[],
  references: PackageReferences,
  change: ChangeMark,
): AppliedBlocks {
  const base = readBodyBlocks(baseXml);
  const cleaner = createCleaner(baseXml, references, change);
  const order = placeBlocks(base, saved, deleted);
  const body = order.map(({ block, fresh, edits }) => {
    if (fresh !== undefined) return cleaner.clean(assertOneBlock(fresh));
    return block ? block.lead + edits.reduce((xml, edit) => applyEdit(xml, edit, cleaner.clean), block.xml) : '';
  });
  const leads = base.blocks.filter((block) => deleted.includes(block.key)).map((block) => block.lead);
  const joined = base.head + body.join('') + leads.join('') + base.tail;
  const prefixes = new Set(saved.flatMap(({ xml }) => (xml === null ? [] : [...usedPrefixes(xml)])));
  const documentXml = declareNamespaces(joined, prefixes);
  assertWellFormed(documentXml);
  return { documentXml, lost: [...cleaner.lost] };
}

interface PlacedBlock {
  block?: BodyBlock;
  /** XML of a block that the base does not have. */
  fresh?: string;
  edits: SavedBlock[];
}

function placeBlocks(base: BodyBlocks, saved: SavedBlock[], deleted: string[]): PlacedBlock[] {
  const byKey = new Map(base.blocks.map((block) => [block.key, block]));
  const placed = new Map<string, PlacedBlock>();
  const order: PlacedBlock[] = [];
  for (const entry of expandRuns(base, saved)) {
    const block = byKey.get(base.owners.get(entry.key) ?? '');
    if (!block) {
      // An unknown block without content is one that the editor invented, such as a last empty paragraph.
      if (entry.xml !== null) order.push({ fresh: entry.xml, edits: [] });
      continue;
    }
    const known = placed.get(block.key) ?? { block, edits: [] };
    if (!placed.has(block.key)) order.push(known);
    placed.set(block.key, known);
    if (entry.xml !== null) known.edits.push(entry);
  }
  keepUnnamed(base, new Set([...placed.keys(), ...deleted]), order);
  return order;
}

function expandRuns(base: BodyBlocks, saved: SavedBlock[]): SavedBlock[] {
  const index = new Map(base.blocks.map((block, position) => [block.key, position]));
  return saved.flatMap((entry) => {
    if (entry.to === undefined) return [entry];
    const from = index.get(base.owners.get(entry.key) ?? '');
    const to = index.get(base.owners.get(entry.to) ?? '');
    if (from === undefined || to === undefined || to < from)
      throw new EditorError('malformed-blocks', 'A run of unchanged blocks does not match the document.');
    return base.blocks.slice(from, to + 1).map((block) => ({ key: block.key, xml: null }));
  });
}

function keepUnnamed(base: BodyBlocks, named: Set<string>, order: PlacedBlock[]): void {
  const present = new Set(order.map(({ block }) => block?.key));
  let previous: string | undefined;
  for (const block of base.blocks) {
    if (!named.has(block.key)) {
      const after = order.findIndex((placed) => placed.block?.key === previous);
      order.splice(previous === undefined ? 0 : after + 1, 0, { block, edits: [] });
    } else if (!present.has(block.key)) continue;
    previous = block.key;
  }
}

function applyEdit(blockXml: string, edit: SavedBlock, clean: (xml: string) => string): string {
  const after = assertOneBlock(edit.xml ?? '');
  const tree = readXmlTree(blockXml);
  const block = tree.children[0];
  const isWhole = block && readXmlTree(after).children[0]?.name === block.name;
  const nested = [...descendants(tree)].find(
    (node) => node.name === 'w:p' && findAttribute(openTagOf(blockXml, node), 'w14:paraId') === edit.key,
  );
  if (isWhole && (block.name !== 'w:p' || nested === block)) return mergeBlock(blockXml, edit.was, after, clean);
  if (!nested) throw new EditorError('malformed-blocks', 'A changed paragraph was not found in its block.');
  const merged = mergeBlock(sourceOf(blockXml, nested), edit.was, after, clean);
  return replaceRanges(blockXml, [{ start: nested.start, end: nested.end, text: merged }]);
}

const BLOCK_NAMES = new Set(['w:p', 'w:tbl', 'w:sdt', 'w:footnote', 'w:endnote']);

function assertOneBlock(xml: string): string {
  const children = readXmlTree(xml).children;
  if (children.length === 0 || children.some((child) => !BLOCK_NAMES.has(child.name)))
    throw new EditorError('malformed-blocks', 'A saved block must be a paragraph, a table or a content control.');
  return xml;
}

function assertWellFormed(documentXml: string): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (cause) => {
    throw new EditorError('malformed-blocks', 'The saved blocks do not make up a well-formed document.', { cause });
  });
  parser.write(documentXml).close();
}
