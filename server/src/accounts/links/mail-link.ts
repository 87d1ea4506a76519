import type { OneTimeLink } from '@megdocs/contract';
import type { Tx } from '../../platform/database.ts';
import { dropLinkMails, insertMail } from '../notifications/mail-store.ts';
import type { AccountsRoom } from '../room.ts';
import { LINK_LIFE_SECONDS } from './issue-link.ts';
import type { LinkRow } from './link-store.ts';

/** The table that sealed links of mails are bound to. */
export const MAIL_TABLE = 'mail';

const SUBJECTS = {
  invitation: 'Your invitation to MEGDocs',
  'password-reset': 'A new password for MEGDocs',
} as const;

/**
 * Puts the mail with a one-time link in the queue, together with the link itself. The database otherwise holds only
 * the link's hash, so what waits is sealed; it is erased when it is sent. Answers the link, and where it goes.
 */
export async function mailLink(
  room: Pick<AccountsRoom, 'config' | 'random' | 'sealing'>,
  tx: Tx,
  person: { id: string; institution_id: string; email: string },
  purpose: LinkRow['purpose'],
  made: OneTimeLink,
): Promise<OneTimeLink> {
  await dropLinkMails(tx, person.id);
  if (!room.config.mail) return made;
  const id = room.random.uuid();
  const mail = { id, institution_id: person.institution_id, person_id: person.id, subject: SUBJECTS[purpose], purpose };
  const sealed = room.sealing.seal(made.link, { table: MAIL_TABLE, id, column: 'sealed_link' });
  await insertMail(tx, { ...mail, sealed_link: sealed }, LINK_LIFE_SECONDS[purpose]);
  return { ...made, mailedTo: person.email };
}
