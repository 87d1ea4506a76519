import type { Role } from '@megdocs/contract';
import type { Db, Tx } from '../../platform/database.ts';
import type { Random } from '../../platform/random.ts';
import { hashPassword } from '../sign-in/passwords.ts';
import { insertPerson } from './people-store.ts';
import { addMember, insertTeam } from './team-store.ts';

export interface NewPerson {
  institutionId: string;
  email: string;
  name: string;
  roles?: readonly Role[];
  /** The everyone team needs no mention. */
  teamIds?: readonly string[];
  /** Without one the person is invited: only a one-time link lets them choose it. */
  password?: string;
}

/** Adds a person and answers their id. Whoever calls knows that the address is free, and tells the trail. */
export async function createPerson(q: Db | Tx, random: Random, person: NewPerson): Promise<string> {
  const id = random.uuid();
  await insertPerson(q, {
    id,
    institution_id: person.institutionId,
    email: person.email.trim().toLowerCase(),
    name: person.name,
    roles: [...(person.roles ?? [])],
    password_hash: person.password === undefined ? null : await hashPassword(person.password),
  });
  for (const teamId of person.teamIds ?? []) await addMember(q, person.institutionId, teamId, id);
  return id;
}

/** Adds a team and answers its id; undefined where the institution has one of that name. */
export async function createTeam(
  q: Db | Tx,
  random: Random,
  team: { institutionId: string; name: string; everyone?: boolean },
): Promise<string | undefined> {
  const id = random.uuid();
  const row = { id, institution_id: team.institutionId, name: team.name, everyone: team.everyone ?? false };
  return (await insertTeam(q, row)) ? id : undefined;
}
