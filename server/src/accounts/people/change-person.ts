import type { Role } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, sqlNow, type Tx } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { removeLinksOf } from '../links/link-store.ts';
import type { AccountsRoom, SignedIn } from '../room.ts';
import { removeSessions } from '../sign-in/session-store.ts';
import { activeWithRole, findColleague, lockInstitution, type PersonRow, updatePersonRow } from './people-store.ts';
import { assertAdmin } from './rights.ts';
import { addMember, clearMemberships, teamsWithCounts } from './team-store.ts';

export interface PersonChange {
  name?: string | undefined;
  roles?: Role[] | undefined;
  teamIds?: string[] | undefined;
  deactivated?: boolean | undefined;
}

/** Deactivating ends the person's sessions and links in the same transaction; their connection to Microsoft follows. */
export async function changePerson(
  room: AccountsRoom,
  by: SignedIn,
  personId: string,
  change: PersonChange,
): Promise<void> {
  assertAdmin(by);
  await inTransaction(room.db, async (tx) => {
    await lockInstitution(tx, by.institutionId);
    await assertStillAdmin(tx, by);
    const person = await findColleague(tx, by.institutionId, personId);
    if (!person) throw notFound('This person');
    await assertAdminRemains(tx, person, change);
    if (change.name !== undefined || change.roles !== undefined || change.teamIds !== undefined)
      await changeDetails(tx, by, person, change);
    if (change.deactivated !== undefined && change.deactivated !== (person.deactivated_at !== null))
      await changeActive(tx, by, person, change.deactivated);
  });
}

/** Whoever waited for the lock may have lost the role meanwhile. */
async function assertStillAdmin(tx: Tx, by: SignedIn): Promise<void> {
  const now = await findColleague(tx, by.institutionId, by.personId);
  assertAdmin({ roles: now?.deactivated_at === null ? now.roles : [] });
}

async function assertAdminRemains(tx: Tx, person: PersonRow, change: PersonChange): Promise<void> {
  const admins = await activeWithRole(tx, person.institution_id, 'institution-admin');
  const isOne = admins.some(({ id }) => id === person.id);
  const staysOne = change.deactivated !== true && (change.roles?.includes('institution-admin') ?? true);
  if (!isOne || staysOne || admins.length > 1) return;
  throw new Failure(409, 'last_admin', `${person.name} is the only administrator of your institution.`, {
    remedy: 'Make somebody else an administrator first.',
  });
}

async function changeDetails(tx: Tx, by: SignedIn, person: PersonRow, change: PersonChange): Promise<void> {
  const { name, roles } = change;
  if (name !== undefined || roles !== undefined)
    await updatePersonRow(tx, person.id, {
      ...(name ? { name } : {}),
      ...(roles ? { roles: [...new Set(roles)] } : {}),
    });
  if (change.teamIds) await replaceMemberships(tx, person, change.teamIds);
  await recordAudit(tx, {
    institutionId: by.institutionId,
    personId: by.personId,
    kind: 'person_changed',
    detail: {
      person: person.id,
      ...(name !== undefined && name !== person.name ? { name: { from: person.name, to: name } } : {}),
      ...(roles ? { roles: { from: person.roles, to: roles } } : {}),
      ...(change.teamIds ? { teams: change.teamIds } : {}),
    },
  });
}

async function replaceMemberships(tx: Tx, person: PersonRow, teamIds: string[]): Promise<void> {
  const known = await knownTeamIds(tx, person.institution_id, teamIds);
  await clearMemberships(tx, person.id);
  for (const teamId of known) await addMember(tx, person.institution_id, teamId, person.id);
}

/** Those of the ids that need a row: the everyone team needs none, and a team of another institution is refused. */
export async function knownTeamIds(tx: Tx, institutionId: string, teamIds: string[]): Promise<string[]> {
  const teams = new Map((await teamsWithCounts(tx, institutionId)).map((team) => [team.id, team]));
  if (teamIds.some((id) => !teams.has(id)))
    throw new Failure(400, 'invalid_request', 'One of the teams does not exist.', {
      remedy: 'Load the page again and choose from the list.',
      fields: { teamIds: 'names a team that does not exist' },
    });
  return [...new Set(teamIds)].filter((id) => !teams.get(id)?.everyone);
}

async function changeActive(tx: Tx, by: SignedIn, person: PersonRow, deactivated: boolean): Promise<void> {
  await updatePersonRow(tx, person.id, { deactivated_at: deactivated ? sqlNow : null });
  if (deactivated) {
    await removeSessions(tx, person.id);
    await removeLinksOf(tx, person.id);
  }
  await recordAudit(tx, {
    institutionId: by.institutionId,
    personId: by.personId,
    kind: deactivated ? 'person_deactivated' : 'person_reactivated',
    detail: { person: person.id },
  });
}
