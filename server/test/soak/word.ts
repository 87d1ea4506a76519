import { people } from '@megdocs/fixtures';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { sql } from 'kysely';
import { documentXml, type EditingScene } from '../editing-scene.ts';
import type { Saver } from './steps.ts';

export interface Copy {
  sessionId: string;
  ref: { driveId: string; itemId: string };
  sourceSha256: string;
}

interface State {
  markers: string[];
  /** The newest content that Microsoft has confirmed. */
  lastXml: string | undefined;
  lastContent: Uint8Array;
}

const MARKER = /marker-\d{6}-end/g;
const SAME_TIME = new Date('2026-01-02T03:04:06Z');

/**
 * Word as far as Microsoft sees it. Every save writes a marker of its own into a paragraph of its own, and keeps those
 * that were in the copy before, unless it deletes one.
 */
export class SimulatedWord {
  readonly #scene: EditingScene;
  readonly #copies = new Map<string, State>();
  readonly #deleted = new Set<string>();
  readonly #confirmed = new Set<string>();
  #saves = 0;

  constructor(scene: EditingScene) {
    this.#scene = scene;
  }

  /** Answers whether Microsoft confirmed the save. */
  async save(copy: Copy, by: Saver, deletes: boolean): Promise<boolean> {
    const state = await this.#stateOf(copy);
    this.#saves += 1;
    const marker = `marker-${String(this.#saves).padStart(6, '0')}-end`;
    const removed = deletes && state.markers.length > 1 ? state.markers[0] : undefined;
    const markers = [...state.markers.filter((one) => one !== removed), marker];
    const content = withMarkers(state.lastContent, markers);
    try {
      await this.#scene.saveBytes(content, people[by].email, copy.ref);
    } catch {
      return false;
    }
    state.markers = markers;
    state.lastXml = documentXml(content);
    state.lastContent = content;
    this.#confirmed.add(marker);
    if (removed) this.#deleted.add(removed);
    return true;
  }

  /** What every later save kept, over all copies. */
  mustBeKept(): string[] {
    return [...this.#confirmed].filter((marker) => !this.#deleted.has(marker));
  }

  /** The copy is gone, and with it what only it held. */
  forget(copy: Copy, kept: string): void {
    for (const marker of this.#copies.get(copy.sessionId)?.markers ?? [])
      if (!kept.includes(marker)) this.#confirmed.delete(marker);
  }

  /** What the copy holds now. */
  markersOf(copy: Copy): readonly string[] {
    return this.#copies.get(copy.sessionId)?.markers ?? [];
  }

  get saves(): number {
    return this.#confirmed.size;
  }

  /** `word/document.xml` as Microsoft confirmed it last, by copy; nothing for a copy that nobody saved. */
  lastXmlOf(copy: Copy): string | undefined {
    return this.#copies.get(copy.sessionId)?.lastXml;
  }

  async #stateOf(copy: Copy): Promise<State> {
    const known = this.#copies.get(copy.sessionId);
    if (known) return known;
    const content = await readBlob(this.#scene, copy.sourceSha256);
    const state = { markers: markersIn(documentXml(content)), lastXml: undefined, lastContent: content };
    this.#copies.set(copy.sessionId, state);
    return state;
  }
}

function markersIn(xml: string): string[] {
  return [...new Set(xml.match(MARKER) ?? [])];
}

async function readBlob({ server }: EditingScene, sha256: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of await server.app.blobs.open(sha256)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The text of everything that is kept of the document: of versions, checkpoints and follow-up drafts. */
export async function keptTexts({ scene }: { scene: EditingScene }): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select sha256 from version where document_id = ${scene.documentId}
    union select c.sha256 from edit_checkpoint c join edit_session s on s.id = c.session_id
      where s.document_id = ${scene.documentId}
    union select sha256 from follow_up_draft where document_id = ${scene.documentId}`.execute(scene.server.db);
  return Promise.all(rows.map(async ({ sha256 }) => xmlOf(await readBlob(scene, sha256))));
}

/** A checkpoint may hold what is no package: an answer that was cut short twice. */
function xmlOf(content: Uint8Array): string {
  try {
    return documentXml(content);
  } catch {
    return '';
  }
}

const MARKED_PARAGRAPH = /<w:p><w:r><w:t xml:space="preserve">marker-\d{6}-end<\/w:t><\/w:r><\/w:p>/g;

function withMarkers(docx: Uint8Array, markers: readonly string[]): Uint8Array {
  const parts = unzipSync(docx);
  const xml = strFromU8(parts['word/document.xml'] ?? new Uint8Array()).replace(MARKED_PARAGRAPH, '');
  const paragraphs = markers.map((text) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`).join('');
  const at = xml.lastIndexOf('<w:sectPr');
  parts['word/document.xml'] = strToU8(`${xml.slice(0, at)}${paragraphs}${xml.slice(at)}`);
  return zipSync(parts, { mtime: SAME_TIME });
}
