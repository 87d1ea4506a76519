import type { DocumentState, PersonRef } from '@megdocs/contract';
import { type Insertable, sql } from 'kysely';
import { type Db, sqlNow, type Tx } from '../platform/database.ts';
import type { NamedEditor, Schema } from '../platform/schema.ts';
import type { DocumentFacts, VersionFacts } from './facts.ts';
import { formatVersion, type VersionNumber } from './version-numbers.ts';

export async function findDocument(q: Db | Tx, id: string): Promise<DocumentFacts | undefined> {
  const [document] = await findDocuments(q, [id]);
  return document;
}

/** In no order; what is not there is left out. */
export async function findDocuments(q: Db | Tx, ids: readonly string[]): Promise<DocumentFacts[]> {
  if (ids.length === 0) return [];
  const rows = await documentRows(q, ids);
  const versionIds = rows.flatMap((row) => [row.newest_version_id, row.published_version_id]);
  const found = await loadVersions(q, { ids: versionIds.filter((id) => id !== null) });
  const versions = new Map(found.map((version) => [version.id, version]));
  return rows.map((row) => toFacts(row, versions)).filter((document) => document !== undefined);
}

function documentRows(q: Db | Tx, ids: readonly string[]) {
  return q
    .selectFrom('document')
    .innerJoin('person', 'person.id', 'document.owner_id')
    .selectAll('document')
    .select('person.name as owner_name')
    .where('document.id', 'in', ids)
    .execute();
}

type DocumentRow = Awaited<ReturnType<typeof documentRows>>[number];

function toFacts(row: DocumentRow, versions: ReadonlyMap<string, VersionFacts>): DocumentFacts | undefined {
  const newestVersion = versions.get(row.newest_version_id ?? '');
  if (!newestVersion) return undefined;
  return {
    id: row.id,
    institutionId: row.institution_id,
    number: row.number,
    title: row.title,
    type: row.type,
    folderId: row.folder_id,
    ownerId: row.owner_id,
    owner: { id: row.owner_id, name: row.owner_name },
    state: row.state,
    nextReview: row.next_review,
    effectiveFrom: row.effective_from,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    newestVersion,
    publishedVersion: row.published_version_id ? (versions.get(row.published_version_id) ?? null) : null,
  };
}

/** Waits for whoever holds the row, then reads it as they left it. */
export async function lockDocument(tx: Tx, id: string): Promise<DocumentFacts | undefined> {
  const row = await tx.selectFrom('document').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return row && findDocument(tx, id);
}

/** Versions with everybody who edited them, newest first. */
export async function loadVersions(
  q: Db | Tx,
  which: { ids: string[] } | { documentId: string },
): Promise<VersionFacts[]> {
  if ('ids' in which && which.ids.length === 0) return [];
  const base = q
    .selectFrom('version')
    .innerJoin('person', 'person.id', 'version.made_by')
    .leftJoin('version as source', 'source.id', 'version.published_from')
    .selectAll('version')
    .select(['person.name as maker', 'source.major as source_major', 'source.minor as source_minor']);
  const chosen =
    'ids' in which
      ? base.where('version.id', 'in', which.ids)
      : base.where('version.document_id', '=', which.documentId);
  const rows = await chosen.orderBy('version.major', 'desc').orderBy('version.minor', 'desc').execute();
  const editors = await loadEditors(
    q,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    number: formatVersion(row),
    major: row.major,
    minor: row.minor,
    sha256: row.sha256,
    size: row.size,
    fileName: row.file_name,
    contentType: row.content_type,
    comment: row.comment,
    madeBy: row.made_by,
    madeByName: row.maker,
    madeAt: row.made_at,
    editors: editors.get(row.id) ?? [],
    trackedChanges: row.tracked_changes,
    comments: row.comments,
    publishedFrom:
      row.source_major === null || row.source_minor === null
        ? null
        : formatVersion({ major: row.source_major, minor: row.source_minor }),
  }));
}

async function loadEditors(q: Db | Tx, versionIds: string[]): Promise<Map<string, NamedEditor[]>> {
  if (versionIds.length === 0) return new Map();
  const rows = await q
    .selectFrom('version_editor')
    .selectAll()
    .where('version_id', 'in', versionIds)
    .orderBy('position')
    .execute();
  const byVersion = new Map<string, NamedEditor[]>();
  for (const row of rows) {
    const editor = { name: row.name, personId: row.person_id, stranger: row.stranger };
    byVersion.set(row.version_id, [...(byVersion.get(row.version_id) ?? []), editor]);
  }
  return byVersion;
}

export async function findVersion(q: Db | Tx, documentId: string, number: VersionNumber) {
  return q
    .selectFrom('version')
    .select(['id', 'sha256', 'size', 'file_name'])
    .where('document_id', '=', documentId)
    .where('major', '=', number.major)
    .where('minor', '=', number.minor)
    .executeTakeFirst();
}

export async function insertVersion(
  tx: Tx,
  row: Insertable<Schema['version']>,
  editors: readonly NamedEditor[],
): Promise<void> {
  await tx.insertInto('version').values(row).execute();
  if (editors.length === 0) return;
  const rows = editors.map((editor, position) => ({
    institution_id: row.institution_id,
    version_id: row.id,
    position,
    name: editor.name,
    person_id: editor.personId,
    stranger: editor.stranger,
  }));
  await tx.insertInto('version_editor').values(rows).execute();
}

export async function setNewestVersion(tx: Tx, documentId: string, versionId: string): Promise<void> {
  await tx
    .updateTable('document')
    .set({ newest_version_id: versionId, changed_at: sqlNow })
    .where('id', '=', documentId)
    .execute();
}

export async function setState(tx: Tx, documentId: string, state: DocumentState): Promise<void> {
  await tx.updateTable('document').set({ state, changed_at: sqlNow }).where('id', '=', documentId).execute();
}

export async function setPublished(tx: Tx, documentId: string, versionId: string): Promise<void> {
  await tx
    .updateTable('document')
    .set({
      state: 'published',
      newest_version_id: versionId,
      published_version_id: versionId,
      effective_from: sqlNow,
      changed_at: sqlNow,
    })
    .where('id', '=', documentId)
    .execute();
}

export async function rolesOnDocument(q: Db | Tx, documentId: string, personId: string) {
  const rows = await q
    .selectFrom('document_role')
    .select('role')
    .where('document_id', '=', documentId)
    .where('person_id', '=', personId)
    .execute();
  return new Set(rows.map((row) => row.role));
}

/** Everybody who made or edited a version after the published one, whoever checked it in. */
export async function editedSincePublished(q: Db | Tx, document: DocumentFacts): Promise<Set<string>> {
  const after = document.publishedVersion?.major ?? 0;
  const rows = await q
    .selectFrom('version')
    .leftJoin('version_editor', 'version_editor.version_id', 'version.id')
    .select(['version.made_by', 'version_editor.person_id'])
    .where('version.document_id', '=', document.id)
    .where('version.major', '=', after)
    .where('version.published_from', 'is', null)
    .execute();
  return new Set(rows.flatMap((row) => [row.made_by, row.person_id]).filter((id) => id !== null));
}

/** Those who are named on a document itself. */
export async function namedOnDocument(q: Db | Tx, documentId: string) {
  return q
    .selectFrom('document_role')
    .innerJoin('person', 'person.id', 'document_role.person_id')
    .select(['person.id', 'person.name', 'document_role.role'])
    .where('document_role.document_id', '=', documentId)
    .where('person.deactivated_at', 'is', null)
    .orderBy('person.name')
    .execute();
}

export async function personsOf(q: Db | Tx, institutionId: string, ids: readonly string[]): Promise<PersonRef[]> {
  if (ids.length === 0) return [];
  return q
    .selectFrom('person')
    .select(['id', 'name'])
    .where('institution_id', '=', institutionId)
    .where('id', 'in', ids)
    .where('deactivated_at', 'is', null)
    .execute();
}

/** One after another within an institution, so that two uploads never propose the same number. */
export async function nextFreeNumber(tx: Tx, institutionId: string): Promise<string> {
  await tx
    .selectFrom('institution')
    .select('id')
    .where('id', '=', institutionId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ highest: number | null }>`
    select max(substring(upper(number) from '^DOC-([0-9]{1,9})$')::integer) as highest
    from document where institution_id = ${institutionId}::uuid`.execute(tx);
  return `DOC-${String((rows[0]?.highest ?? 0) + 1).padStart(4, '0')}`;
}
