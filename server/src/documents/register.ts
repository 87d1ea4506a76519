import type { DocumentList, DocumentRow, DocumentState } from '@megdocs/contract';
import { z } from 'zod';
import type { SignedIn } from '../accounts/index.ts';
import type { Db, Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import { invalidField, isUnreadableValue } from './errors.ts';
import { fileKindOf } from './file-kinds.ts';
import {
  countRegister,
  type RegisterQuestion,
  type RegisterRow,
  readRegister,
  type SortKey,
  visibilityOf,
} from './register-store.ts';
import { folderRights, pathTo } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { formatVersion } from './version-numbers.ts';

export interface RegisterQuery {
  folder?: string | undefined;
  q?: string | undefined;
  state?: DocumentState | undefined;
  mine?: boolean | undefined;
  overdue?: boolean | undefined;
  sort: SortKey;
  order: 'asc' | 'desc';
  cursor?: string | undefined;
  limit: number;
}

const WORDS_AT_MOST = 8;

/** One page of the documents that this person sees, in their order. */
export async function searchRegister(
  room: DocumentsRoom,
  q: Db | Tx,
  person: SignedIn,
  query: RegisterQuery,
): Promise<DocumentList> {
  const rights = await folderRights(room, q, person);
  const who = visibilityOf(person, rights);
  let folderIds: string[] | undefined;
  if (query.folder) {
    const chosen = query.folder;
    folderIds = rights.folders
      .filter((folder) => pathTo(rights.folders, folder.id).some((above) => above.id === chosen))
      .map((folder) => folder.id);
    if (folderIds.length === 0) throw notFound('This folder');
  }
  const text = query.q?.toLowerCase() ?? '';
  const question: RegisterQuestion = {
    folderIds,
    words: text.split(/\s+/).filter(Boolean).slice(0, WORDS_AT_MOST),
    numberPrefix: text || undefined,
    state: query.state,
    mine: query.mine ?? false,
    overdue: query.overdue ?? false,
    sort: query.sort,
    order: query.order,
    after: query.cursor ? readCursor(query.cursor, query.sort) : undefined,
    limit: query.limit + 1,
  };
  const rows = await readRegister(q, who, question).catch((error: unknown) => {
    // A cursor that somebody wrote by hand can name a day that no calendar has.
    throw query.cursor !== undefined && isUnreadableValue(error) ? cursorNotKnown() : error;
  });
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  const ids = page.filter((row) => row.sees_drafts).map((row) => row.id);
  const presence = ids.length > 0 ? await room.presence.beingEdited(q, ids) : new Map();
  return {
    documents: page.map((row) => present(row, presence.get(row.id) ?? null)),
    total: await countRegister(q, who, question),
    nextCursor: last ? writeCursor(query.sort, last) : null,
  };
}

function present(row: RegisterRow, beingEdited: DocumentRow['beingEdited']): DocumentRow {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    type: row.type,
    folderId: row.folder_id,
    state: row.state,
    version: formatVersion(row),
    owner: { id: row.owner_id, name: row.owner_name },
    nextReview: row.next_review,
    changedAt: row.changed_at.toISOString(),
    fileKind: fileKindOf(row.file_name),
    beingEdited,
  };
}

const KEYS: Record<SortKey, z.ZodType<string>> = {
  number: z.string(),
  title: z.string(),
  owner: z.string(),
  state: z.string().regex(/^[1-5]$/),
  nextReview: z.iso.date(),
  // As PostgreSQL writes it: microseconds count, or a row could be left out between two pages.
  changedAt: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:?\d\d)?$/),
};

function writeCursor(sort: SortKey, row: RegisterRow): string {
  return Buffer.from(JSON.stringify([sort, row.sort_key, row.id])).toString('base64url');
}

function readCursor(cursor: string, sort: SortKey): { key: string; id: string } {
  try {
    const parts = z
      .tuple([z.literal(sort), KEYS[sort], z.uuid()])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { key: parts[1], id: parts[2] };
  } catch {
    throw cursorNotKnown();
  }
}

function cursorNotKnown(): Error {
  return invalidField('cursor', 'This page of the list can not be found any more. Begin at the first one.');
}
