import type { Role } from '@megdocs/contract';
import { type Selectable, sql, type UpdateObject } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';

export type PersonRow = Selectable<Schema['person']>;
export type InstitutionRow = Selectable<Schema['institution']>;

export function findPerson(q: Db | Tx, id: string): Promise<PersonRow | undefined> {
  return q.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findPeople(q: Db | Tx, ids: readonly string[]): Promise<PersonRow[]> {
  if (ids.length === 0) return [];
  return q.selectFrom('person').selectAll().where('id', 'in', ids).execute();
}

export function findColleague(q: Db | Tx, institutionId: string, id: string): Promise<PersonRow | undefined> {
  return q
    .selectFrom('person')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export function findPersonByEmail(q: Db | Tx, email: string): Promise<PersonRow | undefined> {
  return q.selectFrom('person').selectAll().where('email', '=', email).executeTakeFirst();
}

/** The person's row, held until the end of the transaction: what belongs to one person happens one after the other. */
export function lockPerson(tx: Tx, id: string): Promise<PersonRow | undefined> {
  return tx.selectFrom('person').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function insertPerson(
  q: Db | Tx,
  row: {
    id: string;
    institution_id: string;
    email: string;
    name: string;
    roles: Role[];
    password_hash: string | null;
  },
): Promise<void> {
  await q.insertInto('person').values(row).execute();
}

export async function updatePersonRow(q: Db | Tx, id: string, change: UpdateObject<Schema, 'person'>): Promise<void> {
  await q.updateTable('person').set(change).where('id', '=', id).execute();
}

export function listPeople(q: Db | Tx, institutionId: string): Promise<PersonRow[]> {
  return q
    .selectFrom('person')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute();
}

/** Those who can act: neither deactivated nor still invited. */
export function activeWithRole(q: Db | Tx, institutionId: string, role: Role): Promise<{ id: string; name: string }[]> {
  return q
    .selectFrom('person')
    .select(['id', 'name'])
    .where('institution_id', '=', institutionId)
    .where('deactivated_at', 'is', null)
    .where('password_hash', 'is not', null)
    .where(sql<boolean>`${role} = any(roles)`)
    .orderBy('name')
    .execute();
}

export function findInstitution(q: Db | Tx, id: string): Promise<InstitutionRow | undefined> {
  return q.selectFrom('institution').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findInstitutionBySlug(q: Db | Tx, slug: string): Promise<InstitutionRow | undefined> {
  return q.selectFrom('institution').selectAll().where('slug', '=', slug).executeTakeFirst();
}

/** Held until the end of the transaction, so that two admins can't take each other's role away at once. */
export async function lockInstitution(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('institution').select('id').where('id', '=', id).forUpdate().execute();
}

export async function insertInstitution(q: Db | Tx, row: { id: string; name: string; slug: string }): Promise<void> {
  await q.insertInto('institution').values(row).execute();
}

export async function listInstitutionIds(q: Db | Tx): Promise<string[]> {
  const rows = await q.selectFrom('institution').select('id').execute();
  return rows.map(({ id }) => id);
}

/** The same, one process at a time: for what is written once for all of them. */
export async function lockInstitutions(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('institution').select('id').orderBy('id').forUpdate().execute();
  return rows.map(({ id }) => id);
}
