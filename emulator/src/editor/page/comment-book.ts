import type { Comment } from '@eigenpal/docx-editor-core/types/content';
import type { Node } from 'prosemirror-model';
import type { CommentChanges, CommentPlace } from './api.ts';

const NOTHING: CommentChanges = { added: [], deleted: [], resolved: [] };
// The editor numbers new comments from the largest id that it knows: an entry with a random one, which is never shown
// because it answers nothing, keeps the numbers of several pages apart. Word's ids have 31 bits.
const ID_SPACE = 0x3fff0000;
const NOBODY = -1;

/** A comment that is none, to be put among those of a document before the editor reads it. */
export function numberingComment(): Comment {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return { id: 0x10000 + (number % ID_SPACE), parentId: NOBODY, author: '', content: [] };
}

export function isRealComment({ parentId }: Comment): boolean {
  return parentId !== NOBODY;
}

/** The comments as the page shows them, beside those that the server has. */
export class CommentBook {
  #base: Comment[];
  #shown: Comment[];
  #listeners = new Set<() => void>();

  constructor(comments: Comment[]) {
    this.#base = comments;
    this.#shown = comments;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly shown = (): Comment[] => this.#shown;

  get isDirty(): boolean {
    return this.#base !== this.#shown;
  }

  isSaved(id: number): boolean {
    return this.#base.some((comment) => comment.id === id);
  }

  /** To be called with the editor's list after a change. */
  show(comments: Comment[]): void {
    this.#shown = comments.filter(isRealComment);
    for (const listener of this.#listeners) listener();
  }

  /** What was done since the base. `before` is the text of the base: the editor drops what it finds no place for. */
  collect(before: Node, now: Node): CommentChanges {
    if (!this.isDirty) return NOTHING;
    const [base, shown] = [byId(this.#base), byId(this.#shown)];
    const places = { before: commentsIn(before), now: commentsIn(now) };
    const isDeleted = ({ id, parentId }: Comment): boolean => {
      if (shown.has(id)) return false;
      if (places.before.has(id)) return !places.now.has(id);
      const parent = parentId === undefined ? undefined : base.get(parentId);
      return parent !== undefined && (shown.has(parent.id) || isDeleted(parent));
    };
    return {
      added: this.#shown.filter(({ id }) => !base.has(id)).map((comment) => describeNew(comment, shown, now)),
      deleted: this.#base.filter(isDeleted).map(({ id }) => id),
      resolved: this.#shown.flatMap(({ id, done }) => {
        const wasDone = base.get(id)?.done ?? false;
        return (done ?? false) === wasDone ? [] : [{ id, done: done ?? false }];
      }),
    };
  }

  /** The server has what was shown at that time. */
  noteSaved(comments: Comment[]): void {
    this.#base = comments;
  }

  /** Brings in what others did; what was done here and is not saved yet stays. */
  adopt(newer: Comment[]): void {
    const [base, shown] = [byId(this.#base), byId(this.#shown)];
    const there = new Set(newer.map(({ id }) => id));
    const kept = newer
      .filter(({ id }) => shown.has(id) || !base.has(id))
      .map((comment) => {
        const [here, old] = [shown.get(comment.id), base.get(comment.id)];
        return here && (here.done ?? false) !== (old?.done ?? false)
          ? { ...comment, done: here.done ?? false }
          : comment;
      });
    const added = this.#shown.filter(({ id }) => !base.has(id) && !there.has(id));
    const isAsThere = added.length === 0 && kept.length === newer.length && kept.every((one, at) => one === newer[at]);
    this.#base = newer;
    this.#shown = isAsThere ? newer : [...kept, ...added];
    for (const listener of this.#listeners) listener();
  }
}

function describeNew(comment: Comment, shown: Map<number, Comment>, doc: Node): CommentChanges['added'][number] {
  const { id, parentId } = comment;
  const text = comment.content.map((paragraph) => textOf(paragraph));
  // The editor also hangs comments on tracked changes in this way.
  if (parentId !== undefined && shown.has(parentId)) return { id, parent: parentId, text, places: [] };
  return { id, text, places: placesOf(id, doc) };
}

function placesOf(id: number, doc: Node): CommentPlace[] {
  const places: CommentPlace[] = [];
  doc.descendants((paragraph) => {
    if (!paragraph.isTextblock) return true;
    let at = 0;
    let place: CommentPlace | undefined;
    paragraph.forEach(({ text = '', marks }) => {
      if (marks.some(({ type, attrs }) => type.name === 'comment' && Number(attrs.commentId) === id)) {
        place ??= { key: paragraph.attrs.paraId ?? '', from: at, text: '' };
        place.text += text;
      }
      at += text.length;
    });
    if (place?.key) places.push(place);
    return false;
  });
  return places;
}

function textOf(content: unknown): string {
  if (Array.isArray(content)) return content.map(textOf).join('');
  if (typeof content !== 'object' || content === null) return '';
  if ('type' in content && content.type === 'text' && 'text' in content) return String(content.text);
  return 'content' in content ? textOf(content.content) : '';
}

function byId(comments: Comment[]): Map<number, Comment> {
  return new Map(comments.map((comment) => [comment.id, comment]));
}

function commentsIn(doc: Node): Set<number> {
  const ids = new Set<number>();
  doc.descendants((node) => {
    for (const { type, attrs } of node.marks) if (type.name === 'comment') ids.add(Number(attrs.commentId));
    return true;
  });
  return ids;
}
