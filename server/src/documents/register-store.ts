import type { DocumentState } from '@megdocs/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../platform/database.ts';
import type { Actor } from './facts.ts';
import type { FolderRights } from './rights.ts';

/** Which documents a person sees, in a form that SQL can answer by folder ids. */
export interface Visibility {
  institutionId: string;
  personId: string;
  everything: boolean;
  /** Folders in which drafts are seen. */
  draftFolders: string[];
  /** Folders in which only what is published is seen. */
  publishedFolders: string[];
}

export function visibilityOf(person: Actor, rights: FolderRights): Visibility {
  const ids = rights.folders.map((folder) => folder.id);
  return {
    institutionId: person.institutionId,
    personId: person.personId,
    everything: rights.isController,
    draftFolders: ids.filter((id) => rights.seesDrafts(id)),
    publishedFolders: ids.filter((id) => !rights.seesDrafts(id) && rights.rightsIn(id).has('view')),
  };
}

function seesDraft(who: Visibility): RawBuilder<boolean> {
  if (who.everything) return sql<boolean>`true`;
  return sql<boolean>`(document.folder_id = any(${who.draftFolders}::uuid[]) or document.owner_id = ${who.personId}::uuid
    or document.id in (select document_id from document_role where person_id = ${who.personId}::uuid))`;
}

function isVisible(who: Visibility): RawBuilder<boolean> {
  if (who.everything) return sql<boolean>`document.institution_id = ${who.institutionId}::uuid`;
  return sql<boolean>`document.institution_id = ${who.institutionId}::uuid and (${seesDraft(who)}
    or (document.published_version_id is not null and document.folder_id = any(${who.publishedFolders}::uuid[])))`;
}

/** Documents in each folder itself that the person sees. */
export async function countByFolder(q: Db | Tx, who: Visibility): Promise<Map<string, number>> {
  const { rows } = await sql<{ folder_id: string; count: number }>`
    select folder_id, count(*) as count from document where ${isVisible(who)} group by folder_id`.execute(q);
  return new Map(rows.map((row) => [row.folder_id, Number(row.count)]));
}

export type SortKey = 'number' | 'title' | 'state' | 'owner' | 'nextReview' | 'changedAt';

export interface RegisterQuestion {
  /** The chosen folder and those below it; undefined: everywhere. */
  folderIds?: string[] | undefined;
  words: string[];
  numberPrefix?: string | undefined;
  state?: DocumentState | undefined;
  mine: boolean;
  overdue: boolean;
  sort: SortKey;
  order: 'asc' | 'desc';
  /** Key and id of the last row of the page before. */
  after?: { key: string; id: string } | undefined;
  limit: number;
}

export interface RegisterRow {
  id: string;
  number: string;
  title: string;
  type: string;
  folder_id: string;
  state: DocumentState;
  owner_id: string;
  owner_name: string;
  next_review: string | null;
  changed_at: Date;
  sees_drafts: boolean;
  major: number;
  minor: number;
  file_name: string;
  sort_key: string;
}

const FAR_AWAY = '9999-12-31';

/** What is sorted by, as the person sees it: a reader's "published" may be under revision behind it. */
function sortExpression(sort: SortKey, seen: Seen): { expression: RawBuilder<unknown>; type: RawBuilder<unknown> } {
  const text = sql`text`;
  switch (sort) {
    case 'number':
      return { expression: sql`lower(document.number)`, type: text };
    case 'title':
      return { expression: sql`lower(document.title)`, type: text };
    case 'owner':
      return { expression: sql`lower(person.name)`, type: text };
    case 'state':
      return {
        expression: sql`array_position(array['draft','in-review','revision','revision-in-review','published'], ${seen.state})`,
        type: sql`integer`,
      };
    case 'nextReview':
      return { expression: sql`coalesce(document.next_review, ${FAR_AWAY}::date)`, type: sql`date` };
    case 'changedAt':
      return { expression: seen.changedAt, type: sql`timestamptz` };
  }
}

interface Seen {
  drafts: RawBuilder<boolean>;
  state: RawBuilder<string>;
  changedAt: RawBuilder<Date>;
}

function seenAs(who: Visibility): Seen {
  const drafts = seesDraft(who);
  if (who.everything) return { drafts, state: sql`document.state`, changedAt: sql`document.changed_at` };
  return {
    drafts,
    state: sql`case when ${drafts} then document.state else 'published' end`,
    changedAt: sql`case when ${drafts} then document.changed_at else document.effective_from end`,
  };
}

/** One page of the register, by keyset: as quick on the last page as on the first. */
export async function readRegister(q: Db | Tx, who: Visibility, ask: RegisterQuestion): Promise<RegisterRow[]> {
  const seen = seenAs(who);
  const { expression, type } = sortExpression(ask.sort, seen);
  const direction = ask.order === 'asc' ? sql`asc` : sql`desc`;
  const beyond = ask.order === 'asc' ? sql`>` : sql`<`;
  const after = ask.after
    ? sql`and (${expression}, document.id) ${beyond} (${ask.after.key}::text::${type}, ${ask.after.id}::uuid)`
    : sql``;
  // The page is cut out first, so that names and versions are looked up for its rows only.
  const { rows } = await sql<RegisterRow>`
    select page.*, version.major, version.minor, version.file_name from (
      select document.id, document.number, document.title, document.type, document.folder_id, document.owner_id,
        person.name as owner_name, document.next_review, ${seen.drafts} as sees_drafts, ${seen.state} as state,
        ${seen.changedAt} as changed_at, (${expression})::text as sort_key,
        case when ${seen.drafts} then document.newest_version_id else document.published_version_id end as version_id
      from document join person on person.id = document.owner_id
      where ${matches(who, ask, seen)} ${after}
      order by ${expression} ${direction}, document.id ${direction}
      limit ${ask.limit}
    ) page join version on version.id = page.version_id
    order by ${orderOfPage(ask.sort)} ${direction}, page.id ${direction}`.execute(q);
  return rows;
}

/** The key as text sorts otherwise only where it is a number. */
function orderOfPage(sort: SortKey): RawBuilder<unknown> {
  if (sort === 'state') return sql`page.sort_key::integer`;
  if (sort === 'changedAt') return sql`page.changed_at`;
  return sql`page.sort_key`;
}

export async function countRegister(q: Db | Tx, who: Visibility, ask: RegisterQuestion): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from document where ${matches(who, ask, seenAs(who))}`.execute(q);
  return Number(rows[0]?.count ?? 0);
}

function matches(who: Visibility, ask: RegisterQuestion, seen: Seen): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [isVisible(who)];
  if (ask.folderIds) conditions.push(sql`document.folder_id = any(${ask.folderIds}::uuid[])`);
  if (ask.words.length > 0 || ask.numberPrefix) conditions.push(matchesText(ask));
  if (ask.state) conditions.push(sql`${seen.state} = ${ask.state}`);
  if (ask.mine) conditions.push(sql`document.owner_id = ${who.personId}::uuid`);
  if (ask.overdue) conditions.push(sql`document.next_review < (app_now() at time zone 'UTC')::date`);
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function matchesText(ask: RegisterQuestion): RawBuilder<boolean> {
  const title = ask.words.map((word) => sql`lower(document.title) like ${`%${escapeLike(word)}%`}`);
  const number = sql`lower(document.number) like ${`${escapeLike(ask.numberPrefix ?? '')}%`}`;
  return title.length > 0 ? sql<boolean>`((${sql.join(title, sql` and `)}) or ${number})` : sql<boolean>`(${number})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
