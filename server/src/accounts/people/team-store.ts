import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';

export type TeamRow = Selectable<Schema['team']>;

export async function insertTeam(
  q: Db | Tx,
  row: { id: string; institution_id: string; name: string; everyone: boolean },
): Promise<boolean> {
  const inserted = await q
    .insertInto('team')
    .values(row)
    .onConflict((conflict) => conflict.columns(['institution_id', 'name']).doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

export function findTeam(q: Db | Tx, institutionId: string, id: string): Promise<TeamRow | undefined> {
  return q
    .selectFrom('team')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function removeTeam(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('team').where('id', '=', id).execute();
}

/** Everybody who is not deactivated is a member of the everyone team, without a row. */
export function teamsWithCounts(
  q: Db | Tx,
  institutionId: string,
): Promise<{ id: string; name: string; everyone: boolean; memberCount: number }[]> {
  return q
    .selectFrom('team')
    .select(['id', 'name', 'everyone'])
    .select(
      sql<number>`case when team.everyone
        then (select count(*) from person p where p.institution_id = team.institution_id and p.deactivated_at is null)
        else (select count(*) from team_member m join person p on p.id = m.person_id
              where m.team_id = team.id and p.deactivated_at is null) end`.as('memberCount'),
    )
    .where('institution_id', '=', institutionId)
    .orderBy('everyone', 'desc')
    .orderBy(sql`lower(name)`)
    .execute();
}

export function teamsOfPerson(
  q: Db | Tx,
  person: { id: string; institutionId: string },
): Promise<{ id: string; name: string }[]> {
  return q
    .selectFrom('team')
    .select(['id', 'name'])
    .where('institution_id', '=', person.institutionId)
    .where((where) =>
      where.or([
        where('everyone', '=', true),
        where('id', 'in', where.selectFrom('team_member').select('team_id').where('person_id', '=', person.id)),
      ]),
    )
    .orderBy('everyone', 'desc')
    .orderBy(sql`lower(name)`)
    .execute();
}

/** Team memberships of a whole institution, the everyone team left out. */
export function membershipsOf(
  q: Db | Tx,
  institutionId: string,
): Promise<{ personId: string; id: string; name: string }[]> {
  return q
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .select(['team_member.person_id as personId', 'team.id', 'team.name'])
    .where('team_member.institution_id', '=', institutionId)
    .orderBy(sql`lower(team.name)`)
    .execute();
}

export async function addMember(q: Db | Tx, institutionId: string, teamId: string, personId: string): Promise<void> {
  await q
    .insertInto('team_member')
    .values({ institution_id: institutionId, team_id: teamId, person_id: personId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function clearMemberships(tx: Tx, personId: string): Promise<void> {
  await tx.deleteFrom('team_member').where('person_id', '=', personId).execute();
}
