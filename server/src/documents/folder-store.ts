import type { FolderRight } from '@megdocs/contract';
import type { Db, Tx } from '../platform/database.ts';
import type { FolderNode, GrantingRule } from './access.ts';

export interface FolderRow extends FolderNode {
  name: string;
}

export async function listFolders(q: Db | Tx, institutionId: string): Promise<FolderRow[]> {
  const rows = await q
    .selectFrom('folder')
    .select(['id', 'name', 'parent_id', 'own_rules_only'])
    .where('institution_id', '=', institutionId)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    ownRulesOnly: row.own_rules_only,
  }));
}

/** The rules that name this person or one of their teams. */
export async function rulesFor(
  q: Db | Tx,
  institutionId: string,
  personId: string,
  teamIds: readonly string[],
): Promise<GrantingRule[]> {
  const rows = await q
    .selectFrom('folder_rule')
    .select(['folder_id', 'right'])
    .where('institution_id', '=', institutionId)
    .where((where) =>
      where.or([
        where('person_id', '=', personId),
        ...(teamIds.length > 0 ? [where('team_id', 'in', [...teamIds])] : []),
      ]),
    )
    .execute();
  return rows.map((row) => ({ folderId: row.folder_id, right: row.right }));
}

export interface NamedRule {
  folderId: string;
  right: FolderRight;
  personId: string | null;
  teamId: string | null;
  /** Of the person or team. */
  name: string;
}

export async function rulesOf(q: Db | Tx, folderIds: readonly string[]): Promise<NamedRule[]> {
  if (folderIds.length === 0) return [];
  const rows = await q
    .selectFrom('folder_rule')
    .leftJoin('person', 'person.id', 'folder_rule.person_id')
    .leftJoin('team', 'team.id', 'folder_rule.team_id')
    .select((select) => [
      'folder_rule.folder_id',
      'folder_rule.right',
      'folder_rule.person_id',
      'folder_rule.team_id',
      select.fn.coalesce('person.name', 'team.name').as('name'),
    ])
    .where('folder_rule.folder_id', 'in', [...folderIds])
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    folderId: row.folder_id,
    right: row.right,
    personId: row.person_id,
    teamId: row.team_id,
    name: row.name ?? '',
  }));
}

export interface GrantedPerson {
  id: string;
  name: string;
  right: FolderRight;
  folderId: string;
  /** Null: the rule names the person. */
  teamName: string | null;
}

/** Everybody whom the rules of these folders grant something, each with the rule that does. */
export async function peopleGranted(q: Db | Tx, folderIds: readonly string[]): Promise<GrantedPerson[]> {
  if (folderIds.length === 0) return [];
  const rows = await q
    .selectFrom('folder_rule as rule')
    .leftJoin('team', 'team.id', 'rule.team_id')
    .innerJoin('person', (join) => join.onRef('person.institution_id', '=', 'rule.institution_id'))
    .select(['person.id', 'person.name', 'rule.right', 'rule.folder_id', 'team.name as team_name'])
    .where('rule.folder_id', 'in', [...folderIds])
    .where('person.deactivated_at', 'is', null)
    .where((where) =>
      where.or([
        where('rule.person_id', '=', where.ref('person.id')),
        where('team.everyone', '=', true),
        where.exists(
          where
            .selectFrom('team_member')
            .select('person_id')
            .whereRef('team_member.team_id', '=', 'team.id')
            .whereRef('team_member.person_id', '=', 'person.id'),
        ),
      ]),
    )
    .orderBy('person.name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    right: row.right,
    folderId: row.folder_id,
    teamName: row.team_name,
  }));
}

export async function insertFolder(
  tx: Tx,
  folder: { id: string; institutionId: string; parentId: string | null; name: string; ownRulesOnly: boolean },
): Promise<void> {
  await tx
    .insertInto('folder')
    .values({
      id: folder.id,
      institution_id: folder.institutionId,
      parent_id: folder.parentId,
      name: folder.name,
      own_rules_only: folder.ownRulesOnly,
    })
    .execute();
}

export async function updateFolderRow(
  tx: Tx,
  id: string,
  change: { name?: string; own_rules_only?: boolean },
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tx.updateTable('folder').set(change).where('id', '=', id).execute();
}

export async function lockFolder(tx: Tx, institutionId: string, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('folder')
    .select('id')
    .where('institution_id', '=', institutionId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

export async function contentsOf(q: Db | Tx, id: string): Promise<{ documents: number; folders: number }> {
  const count = async (table: 'document' | 'folder', column: 'folder_id' | 'parent_id') => {
    const row = await q
      .selectFrom(table)
      .select((select) => select.fn.countAll<number>().as('count'))
      .where(column as never, '=', id as never)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  return { documents: await count('document', 'folder_id'), folders: await count('folder', 'parent_id') };
}

export async function deleteFolderRow(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('folder').where('id', '=', id).execute();
}

export interface RuleRow {
  personId?: string | undefined;
  teamId?: string | undefined;
  right: FolderRight;
}

export async function replaceRules(
  tx: Tx,
  institutionId: string,
  folderId: string,
  rules: readonly RuleRow[],
): Promise<void> {
  await tx.deleteFrom('folder_rule').where('folder_id', '=', folderId).execute();
  if (rules.length === 0) return;
  const rows = rules.map((rule) => ({
    institution_id: institutionId,
    folder_id: folderId,
    person_id: rule.personId ?? null,
    team_id: rule.teamId ?? null,
    right: rule.right,
  }));
  // The same rule twice is the same rule.
  await tx
    .insertInto('folder_rule')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function teamsExist(q: Db | Tx, institutionId: string, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return true;
  const rows = await q
    .selectFrom('team')
    .select('id')
    .where('institution_id', '=', institutionId)
    .where('id', 'in', [...ids])
    .execute();
  return rows.length === new Set(ids).size;
}
