import type { Comment } from '@eigenpal/docx-editor-core/types/content';
import type { Node } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import type { CommentChanges, Save, SaveAnswer, StorySave } from './api.ts';
import { type KeyedNode, keepCommentMarks, writeBlock } from './block-nodes.ts';
import { paragraphAtCaret } from './caret.ts';
import { type Changes, collectChanges } from './collect-changes.ts';
import type { CommentBook } from './comment-book.ts';
import { mergeNewer } from './merge-newer.ts';
import { NewTargets } from './new-targets.ts';
import type { NewerDocument } from './read-document.ts';
import { SharedBase } from './shared-base.ts';

const NEW_STORY = /^rId_new_(header|footer)_(default|first|even)$/;
const BODY = '';

/** One text of the document that is edited on its own: the body, a header, a footer. */
interface Story {
  view: EditorView;
  base: SharedBase;
  targets: NewTargets;
}

/** The editor's views of headers and footers, by the ids of their relationships. */
export interface SideViews {
  find(): ReadonlyMap<string, EditorView>;
  /** Called once for every view that was found. */
  watch(view: EditorView): void;
}

interface StoryChanges extends Changes {
  story: Story;
  doc: Node;
}

/** Everything that the server does not have yet, as it was at one moment. */
export interface Collected {
  stories: Map<string, StoryChanges>;
  comments: CommentChanges;
  shownComments: Comment[];
  isEmpty: boolean;
}

/** The texts and comments of the open document, each beside what the server has of it. */
export class DocumentStories {
  readonly #body: Story;
  readonly #stories = new Map<string, Story>();
  readonly #side: SideViews;
  readonly #comments: CommentBook;
  /** Headers and footers that were made here, by the names that the editor gave them. */
  readonly #names = new Map<string, string>();

  constructor(tag: string, body: EditorView, side: SideViews, comments: CommentBook) {
    this.#body = storyOf(tag, body, body.state.doc);
    this.#stories.set(BODY, this.#body);
    this.#side = side;
    this.#comments = comments;
  }

  get tag(): string {
    return this.#body.base.tag;
  }

  get newestTag(): string {
    return this.#body.base.newestTag;
  }

  get isAhead(): boolean {
    return this.#body.base.isAhead;
  }

  get isDirty(): boolean {
    return this.#comments.isDirty || [...this.#stories.values()].some(({ view, base }) => view.state.doc !== base.doc);
  }

  /** Takes in headers and footers that the editor has made views for. */
  discover(): void {
    for (const [key, view] of this.#side.find()) {
      if (this.#stories.get(key)?.view === view) continue;
      const { doc } = view.state;
      const isNew = NEW_STORY.test(key) && !this.#stories.has(key);
      this.#stories.set(key, storyOf(this.tag, view, isNew ? doc.type.create() : doc));
      this.#side.watch(view);
    }
  }

  /** Whether a header or footer was taken out of the document. */
  get isAnyGone(): boolean {
    const found = this.#side.find();
    return [...this.#stories.keys()].some((key) => key !== BODY && !found.has(key));
  }

  collect(shorten: boolean): Collected {
    const stories = new Map<string, StoryChanges>();
    for (const [key, story] of this.#stories) {
      const { doc } = story.view.state;
      const write = (block: KeyedNode) => {
        const xml = writeBlock(block, (address, current) => story.targets.nameLink(address, current));
        return keepCommentMarks(xml, (id) => this.#comments.isSaved(id));
      };
      stories.set(key, { ...collectChanges(story.base.doc, doc, write, shorten), story, doc });
    }
    const comments = this.#comments.collect(this.#body.base.doc, this.#body.view.state.doc);
    const isNothingSaid = Object.values(comments).every((changes) => changes.length === 0);
    return {
      stories,
      comments,
      shownComments: this.#comments.shown(),
      isEmpty: isNothingSaid && [...stories.values()].every(({ isEmpty }) => isEmpty),
    };
  }

  request({ stories, comments }: Collected): Omit<Save, 'sequence'> {
    const { base, ...body } = { base: this.tag, ...this.#storySave(BODY, stories) };
    const others = [...stories].filter(([key, { isEmpty }]) => key !== BODY && !isEmpty);
    const named = others.map(([key]) => {
      const [, kind, type] = NEW_STORY.exec(key) ?? [];
      const add = kind && type ? { add: { kind, type } } : {};
      return [key, { ...this.#storySave(key, stories), ...add }];
    });
    return { base, ...body, stories: Object.fromEntries(named), comments };
  }

  #storySave(key: string, stories: Collected['stories']): StorySave {
    const changes = stories.get(key);
    if (!changes) throw new Error('A story that was not collected cannot be saved.');
    const { blocks, deleted, story, doc } = changes;
    return { ...story.base.staleParts(), ...story.targets.collect(blocks, doc), blocks, deleted };
  }

  noteSaved({ stories, shownComments }: Collected, sent: Omit<Save, 'sequence'>, answer: SaveAnswer): void {
    for (const [key, changes] of stories) {
      const { story, doc } = changes;
      const save = key === BODY ? sent : sent.stories[key];
      if (save) story.targets.noteSaved(save);
      if (answer.merged) story.base.noteAnswer(answer.tag, doc, changes);
      else story.base.replace(answer.tag, doc);
    }
    for (const [name, id] of Object.entries(answer.stories)) this.#names.set(name, id);
    this.#comments.noteSaved(shownComments);
  }

  /** What is shown is what the server has, only written in other nodes. */
  adoptShown({ stories, shownComments }: Collected): void {
    for (const { story, doc } of stories.values()) story.base.adoptShown(doc);
    this.#comments.noteSaved(shownComments);
  }

  /**
   * Brings a newer version in, but for the paragraphs at the carets while somebody types; whether those differ is
   * answered. Nothing in here waits: no key may come between the comparison and the change.
   */
  bringIn(tag: string, newer: NewerDocument, isTyping: boolean): { isAllShown: boolean; isHeld: boolean } {
    this.discover();
    let isHeld = false;
    let isAllShown = true;
    const shown = new Set<string>();
    for (const [key, { view, base, targets }] of this.#stories) {
      const id = this.#names.get(key) ?? key;
      shown.add(id);
      const text = key === BODY ? newer.body : newer.stories.get(id);
      if (!text) continue;
      const held = isTyping ? paragraphAtCaret(view.state) : undefined;
      const { doc, stale } = mergeNewer(view, base.compared, text, held);
      isHeld ||= held !== undefined && stale.paragraphs.includes(held);
      base.adopt(tag, doc, stale);
      targets.learn(text);
    }
    // The editor makes room for headers and footers only when it reads a document.
    for (const id of newer.stories.keys()) isAllShown &&= shown.has(id);
    this.#comments.adopt(newer.comments);
    return { isAllShown, isHeld };
  }
}

function storyOf(tag: string, view: EditorView, doc: Node): Story {
  const targets = new NewTargets();
  targets.learn(doc);
  return { view, base: new SharedBase(tag, doc), targets };
}
