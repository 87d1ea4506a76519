import type { Team } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import type { AccountsRoom, SignedIn } from '../room.ts';
import { createTeam } from './create-person.ts';
import { assertAdmin } from './rights.ts';
import { findTeam, removeTeam } from './team-store.ts';

export async function addTeam(room: AccountsRoom, by: SignedIn, name: string): Promise<Team> {
  assertAdmin(by);
  return inTransaction(room.db, async (tx) => {
    const id = await createTeam(tx, room.random, { institutionId: by.institutionId, name });
    if (!id)
      throw new Failure(409, 'invalid_request', `There is a team called ${name} already.`, {
        remedy: 'Choose another name.',
        fields: { name: 'is in use' },
      });
    await recordAudit(tx, {
      institutionId: by.institutionId,
      personId: by.personId,
      kind: 'team_changed',
      detail: { team: id, added: name },
    });
    return { id, name, everyone: false, memberCount: 0 };
  });
}

/** Its memberships and folder rules go with it. */
export async function deleteTeam(room: AccountsRoom, by: SignedIn, teamId: string): Promise<void> {
  assertAdmin(by);
  await inTransaction(room.db, async (tx) => {
    const team = await findTeam(tx, by.institutionId, teamId);
    if (!team) throw notFound('This team');
    if (team.everyone)
      throw new Failure(409, 'not_allowed', `Everybody belongs to ${team.name}; it can not be deleted.`);
    await removeTeam(tx, team.id);
    await recordAudit(tx, {
      institutionId: by.institutionId,
      personId: by.personId,
      kind: 'team_changed',
      detail: { team: team.id, deleted: team.name },
    });
  });
}
