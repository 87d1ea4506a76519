import { applyBlocks, type SavedBlock } from '../blocks/apply-blocks.ts';
import type { ChangeMark } from '../blocks/clean-new-xml.ts';
import { addParagraphIds } from '../blocks/paragraph-ids.ts';
import { anchorComments } from '../comments/comment-anchors.ts';
import type { CommentChanges } from '../comments/comment-changes.ts';
import { writeComments } from '../comments/write-comments.ts';
import { composeBase, type StaleParts } from '../merging/compose-base.ts';
import { keepCopies } from '../merging/keep-copies.ts';
import { mergeDocuments } from '../merging/merge-documents.ts';
import { addTargets, type NewTargets, renameTargets } from '../package/add-parts.ts';
import { type Parts, putPart } from '../package/package-parts.ts';
import { referToStory } from '../package/section-references.ts';
import { addStory, type NewStoryKind, type Story } from '../package/story-parts.ts';
import { type PackageReferences, readReferences, type WordPackage } from '../package/word-package.ts';
import type { PreparedVersion, VersionHistory } from './version-history.ts';

/** What changed in one story: the body, a header or footer, all footnotes, all endnotes. */
export interface StorySave {
  blocks: SavedBlock[];
  deleted: string[];
  stale: StaleParts;
  targets: NewTargets;
}

export interface SaveContent extends StorySave {
  /** By the id of their relationship, or `footnotes` and `endnotes`. */
  stories: Record<string, StorySave & { add?: { kind: NewStoryKind; type: string } | undefined }>;
  comments: CommentChanges;
}

export interface Merge {
  package: WordPackage;
  documentXml: string;
  stories: ReadonlyMap<string, Story>;
  /** Whether anything differs from what is stored. */
  isChanged: boolean;
  /** Whether the result holds more than what was sent. */
  merged: boolean;
  lost: string[];
  names: ReadonlyMap<string, string>;
  /** The texts before and after, without what others changed. */
  written: { base: string; mine: string }[];
}

export interface MergeSides {
  history: VersionHistory;
  base: PreparedVersion;
  current: PreparedVersion;
  tab: string;
  change: ChangeMark;
}

/** Puts a save of a page on top of what is stored, with the changes of both kept. */
export function mergeSave(save: SaveContent, sides: MergeSides): Merge {
  const { current, base, history, change } = sides;
  const { documentPart } = current.package;
  const parts: Parts = new Map(current.package.entries.map((entry) => [entry.name, entry]));
  const merge = { ...sides, parts, names: new Map(history.targetNames), lost: new Set<string>() };
  writeComments(parts, documentPart, save.comments, change);
  const body = mergeStory(save, merge, {
    part: documentPart,
    base: base.preparedXml,
    current: current.preparedXml,
    at: (version) => version.preparedXml,
  });
  let documentXml = anchorComments(body.merged, save.comments);
  const written = [body];
  const stories = new Map(current.stories);
  for (const [key, story] of Object.entries(save.stories)) {
    const id = merge.names.get(key) ?? key;
    const known = stories.get(id) ?? (story.add && addStory(parts, documentPart, story.add.kind));
    if (!known) {
      merge.lost.add('A header, footer or note that is no longer in the document was not saved.');
      continue;
    }
    const { part, xml } = 'story' in known ? known.story : known;
    if ('story' in known && story.add) {
      merge.names.set(key, known.id);
      documentXml = referToStory(documentXml, story.add.kind, story.add.type, known.id);
    }
    const own = merge.names.get(key) ?? key;
    const at = (version: PreparedVersion) => version.stories.get(own)?.xml;
    const result = mergeStory(story, merge, { part, base: at(base) ?? xml, current: xml, at });
    if (result.merged !== xml) putPart(parts, part, Buffer.from(result.merged));
    for (const other of [own, ...stories.keys()]) {
      if (other === own || stories.get(other)?.part === part) stories.set(other, { part, xml: result.merged });
    }
    written.push(result);
  }
  const entries = [...parts.values()];
  return {
    package: { ...current.package, entries, documentXml, references: readReferences(entries, documentPart) },
    documentXml,
    stories,
    isChanged: documentXml !== current.preparedXml || isAnyNew(parts, current.package),
    merged: documentXml !== body.mine || written.some(({ mine, merged }) => mine !== merged),
    lost: [...merge.lost],
    names: merge.names,
    written,
  };
}

function isAnyNew(parts: Parts, { entries }: WordPackage): boolean {
  return parts.size !== entries.length || entries.some((entry) => parts.get(entry.name) !== entry);
}

interface Merging extends MergeSides {
  parts: Parts;
  names: Map<string, string>;
  lost: Set<string>;
}

interface StorySides {
  part: string;
  base: string;
  current: string;
  at(version: PreparedVersion): string | undefined;
}

function mergeStory(save: StorySave, merging: Merging, { part, base, current, at }: StorySides) {
  const { history, parts, names, change, tab, lost } = merging;
  addTargets(parts, part, save.targets, names);
  const { documentPart } = merging.current.package;
  const references: PackageReferences = readReferences([...parts.values()], documentPart, part);
  const composed = composeBase(base, save.stale, (tag) => {
    const version = history.find(tag);
    return version && at(version);
  });
  const blocks = save.blocks.map((block) => renameInBlock(block, names));
  const applied = applyBlocks(composed.applyTo, blocks, save.deleted, references, change);
  for (const loss of applied.lost) lost.add(loss);
  const { documentXml, conflicts } = mergeDocuments({
    base: composed.compareWith,
    mine: applied.documentXml,
    theirs: current,
    isOwn: (key) => history.lines.isOwn(key, tab),
  });
  const losses = conflicts.map((conflict) => ({
    ...conflict,
    author: history.lines.authorOf(conflict.key) ?? merging.current.author,
    goesOnFrom: history.lines.goesOnFrom(conflict.key),
  }));
  const merged = addParagraphIds(keepCopies(documentXml, losses, history.copies));
  return { base: composed.compareWith, mine: applied.documentXml, merged };
}

function renameInBlock(block: SavedBlock, names: ReadonlyMap<string, string>): SavedBlock {
  const { xml, was } = block;
  return {
    ...block,
    xml: xml === null ? null : renameTargets(xml, names),
    ...(was === undefined ? {} : { was: renameTargets(was, names) }),
  };
}
