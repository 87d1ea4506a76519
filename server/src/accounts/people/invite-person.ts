import type { OneTimeLink, Role } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { againWhenTaken, inTransaction, type Tx } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { issueLink, LINK_LIFE_SECONDS, linkAddress } from '../links/issue-link.ts';
import { mailLink } from '../links/mail-link.ts';
import { notify } from '../notifications/notify.ts';
import type { AccountsRoom, SignedIn } from '../room.ts';
import { knownTeamIds } from './change-person.ts';
import { createPerson } from './create-person.ts';
import { findColleague, findPersonByEmail, type PersonRow } from './people-store.ts';
import { assertAdmin } from './rights.ts';

interface Invitation {
  name: string;
  email: string;
  roles: Role[];
  teamIds: string[];
}

/** Invites somebody new and answers the link to give to them. */
export async function invitePerson(room: AccountsRoom, by: SignedIn, invitation: Invitation): Promise<OneTimeLink> {
  assertAdmin(by);
  return againWhenTaken(() => inTransaction(room.db, (tx) => invite(room, tx, by, invitation)));
}

async function invite(room: AccountsRoom, tx: Tx, by: SignedIn, invitation: Invitation): Promise<OneTimeLink> {
  const teamIds = await knownTeamIds(tx, by.institutionId, invitation.teamIds);
  const known = await findPersonByEmail(tx, invitation.email);
  if (known) return answerForKnownAddress(room, tx, by, known);
  const id = await createPerson(tx, room.random, { ...invitation, institutionId: by.institutionId, teamIds });
  await recordAudit(tx, {
    institutionId: by.institutionId,
    personId: by.personId,
    kind: 'person_invited',
    detail: { person: id, email: invitation.email, roles: invitation.roles },
  });
  return issueAndMail(room, tx, { id, institution_id: by.institutionId, email: invitation.email }, 'invitation', by);
}

/**
 * A colleague's address is said to be in use. One of another institution gets the same answer as a free one, with a
 * link that opens nothing: nobody learns who has an account elsewhere; only its owner is told.
 */
async function answerForKnownAddress(room: AccountsRoom, tx: Tx, by: SignedIn, known: PersonRow): Promise<OneTimeLink> {
  if (known.institution_id === by.institutionId)
    throw new Failure(409, 'address_in_use', `${known.name} has this address already.`, {
      remedy: 'Find them in the list of people; there you can make a new link for them.',
      fields: { email: 'is in use' },
    });
  await notify(tx, room.random, {
    institutionId: known.institution_id,
    personId: known.id,
    mail: 'Somebody tried to invite your address to MEGDocs',
    text: 'Somebody at another institution tried to invite your address. You have an account already, so nothing was changed.',
  });
  const expiresAt = new Date(room.clock.now().getTime() + LINK_LIFE_SECONDS.invitation * 1000);
  const mailedTo = room.config.mail ? known.email : null;
  return { link: linkAddress(room, room.random.token()), expiresAt: expiresAt.toISOString(), mailedTo };
}

/** A new link for somebody who has not joined yet; the old one stops working. */
export function renewInvitation(room: AccountsRoom, by: SignedIn, personId: string): Promise<OneTimeLink> {
  assertAdmin(by);
  return inTransaction(room.db, async (tx) => {
    const person = await linkablePerson(tx, by, personId);
    if (person.password_hash !== null)
      throw new Failure(409, 'not_allowed', `${person.name} has joined already.`, {
        remedy: 'If they can not sign in, make a link to reset their password.',
      });
    await recordAudit(tx, {
      institutionId: by.institutionId,
      personId: by.personId,
      kind: 'person_invited',
      detail: { person: person.id, again: true },
    });
    return issueAndMail(room, tx, person, 'invitation', by);
  });
}

export function issuePasswordReset(room: AccountsRoom, by: SignedIn, personId: string): Promise<OneTimeLink> {
  assertAdmin(by);
  return inTransaction(room.db, async (tx) => {
    const person = await linkablePerson(tx, by, personId);
    if (person.password_hash === null)
      throw new Failure(409, 'not_allowed', `${person.name} has not joined yet and has no password.`, {
        remedy: 'Make a new invitation link for them.',
      });
    await recordAudit(tx, {
      institutionId: by.institutionId,
      personId: by.personId,
      kind: 'password_reset_issued',
      detail: { person: person.id },
    });
    return issueAndMail(room, tx, person, 'password-reset', by);
  });
}

async function issueAndMail(
  room: AccountsRoom,
  tx: Tx,
  person: { id: string; institution_id: string; email: string },
  purpose: 'invitation' | 'password-reset',
  by: SignedIn,
): Promise<OneTimeLink> {
  const made = await issueLink(room, tx, person, purpose, by.personId);
  return mailLink(room, tx, person, purpose, made);
}

async function linkablePerson(tx: Tx, by: SignedIn, personId: string): Promise<PersonRow> {
  const person = await findColleague(tx, by.institutionId, personId);
  if (!person) throw notFound('This person');
  if (person.deactivated_at)
    throw new Failure(409, 'not_allowed', `${person.name} is deactivated.`, { remedy: 'Activate them first.' });
  return person;
}
