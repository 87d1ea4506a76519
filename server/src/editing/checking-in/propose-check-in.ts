import type { Proposal } from '@megdocs/contract';
import { newTrackedChanges, readTrackedChanges, type TrackedChange } from '@megdocs/microsoft365';
import { checkpointWith } from '../observing/checkpoint-store.ts';
import { editorsSoFar, uniqueEditors } from '../observing/editors.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { findPreparation } from '../word/preparation-store.ts';
import { appOf, listNames } from '../words.ts';

const FIRST_WORDS_CHARACTERS = 60;
const AUTHORS_SHOWN = 20;

/** What a check-in of the content that was collected last would say of itself. Asks Microsoft nothing. */
export async function proposeCheckIn(room: EditingRoom, session: SessionRow): Promise<Proposal> {
  const authors = authorsOf(await newChanges(room, session));
  const starter = await room.accounts.person(room.db, session.starter_id);
  const editors = uniqueEditors([
    { name: starter?.name ?? '', personId: session.starter_id, stranger: false },
    ...(await editorsSoFar(room, session.id)),
  ]);
  const preparation = await findPreparation(room.db, session.id);
  return {
    summary: summaryOf(authors),
    authors: authors.slice(0, AUTHORS_SHOWN),
    editors: editors.map(({ name, stranger }) => ({ name, participant: !stranger })),
    note: preparation?.left_alone ?? null,
  };
}

async function newChanges(room: EditingRoom, session: SessionRow): Promise<TrackedChange[]> {
  if (appOf(session.file_name) !== 'Word') return [];
  const content = await checkpointWith(room.db, session.id, session.collected_fingerprint ?? '');
  if (!content) return [];
  const before = await room.blobs.asFile(session.source_sha256, readTrackedChanges);
  return newTrackedChanges(before, await room.blobs.asFile(content.sha256, readTrackedChanges));
}

function authorsOf(changes: readonly TrackedChange[]): Proposal['authors'] {
  return [...Map.groupBy(changes, ({ author }) => author || 'Somebody without a name')].map(([name, theirs]) => ({
    name,
    insertions: theirs.filter(({ kind }) => kind === 'insertion').length,
    deletions: theirs.filter(({ kind }) => kind === 'deletion').length,
    firstWords: firstWords(theirs.find(({ kind }) => kind === 'insertion') ?? theirs[0]),
  }));
}

function firstWords(change: TrackedChange | undefined): string {
  const words = (change?.words ?? '').replace(/\s+/g, ' ').trim();
  if (words.length <= FIRST_WORDS_CHARACTERS) return words;
  return `${words.slice(0, FIRST_WORDS_CHARACTERS).replace(/\s*\S*$/, '')}…`;
}

/** "14 insertions and 3 deletions by Clare and Tomas. Clare: “Wash before and after…” Tomas: …" */
function summaryOf(authors: Proposal['authors']): string | null {
  if (authors.length === 0) return null;
  const sum = (of: 'insertions' | 'deletions') => authors.reduce((total, author) => total + author[of], 0);
  const counts = [counted(sum('insertions'), 'insertion'), counted(sum('deletions'), 'deletion')].filter(
    (part) => part,
  );
  const begun = authors.slice(0, 3).map(({ name, firstWords }) => `${name}: “${firstWords}”`);
  return `${listNames(counts)} by ${listNames(authors.map(({ name }) => name))}. ${begun.join(' ')}`.slice(0, 2000);
}

function counted(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
}
