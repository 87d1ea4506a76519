import type { Me, Person } from '@megdocs/contract';
import type { Db } from '../../platform/database.ts';
import { notFound } from '../../platform/failures.ts';
import type { SignedIn } from '../room.ts';
import { findSession } from '../sign-in/session-store.ts';
import { findInstitution, findPerson, listPeople, type PersonRow } from './people-store.ts';
import { membershipsOf, teamsOfPerson } from './team-store.ts';

export async function presentMe(db: Db, person: SignedIn): Promise<Me> {
  const row = await findPerson(db, person.personId);
  const institution = await findInstitution(db, person.institutionId);
  const session = await findSession(db, person.sessionId);
  const teams = await teamsOfPerson(db, { id: person.personId, institutionId: person.institutionId });
  if (!row || !institution || !session) throw notFound('Your account');
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roles: row.roles,
    teams: teams.map((team) => team.name),
    institution: { id: institution.id, name: institution.name, slug: institution.slug },
    signedInAt: session.started_at.toISOString(),
  };
}

/** The whole institution, as its administrators see it. */
export async function presentPeople(db: Db, institutionId: string): Promise<Person[]> {
  const rows = await listPeople(db, institutionId);
  const memberships = await membershipsOf(db, institutionId);
  const teams = Map.groupBy(memberships, (membership) => membership.personId);
  return rows.map((row) => presentPerson(row, teams.get(row.id) ?? []));
}

/** Colleagues as everybody may see them: who there is, by name. */
export async function presentNames(db: Db, institutionId: string): Promise<Person[]> {
  const rows = await listPeople(db, institutionId);
  return rows
    .filter((row) => stateOf(row) === 'active')
    .map(({ id, name }) => ({ id, name, email: '', roles: [], teams: [], state: 'active', lastSignInAt: null }));
}

function presentPerson(row: PersonRow, teams: { id: string; name: string }[]): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roles: row.roles,
    teams: teams.map(({ id, name }) => ({ id, name })),
    state: stateOf(row),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  };
}

function stateOf(row: PersonRow): Person['state'] {
  if (row.deactivated_at) return 'deactivated';
  return row.password_hash === null ? 'invited' : 'active';
}
