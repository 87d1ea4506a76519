import { setTimeout as pause } from 'node:timers/promises';
import type { Letter, MailServer } from '../../platform/mail.ts';
import { connectMailServer, LONGEST_ATTEMPT_SECONDS } from '../../platform/mail.ts';
import { LINK_LIFE_SECONDS } from '../links/issue-link.ts';
import { MAIL_TABLE } from '../links/mail-link.ts';
import type { AccountsRoom } from '../room.ts';
import {
  type ClaimedMail,
  claimMail,
  dropWaitingMails,
  mailGivenUp,
  mailPostponed,
  mailSent,
  readAddressee,
} from './mail-store.ts';

/** 1, 2, 4 … minutes, an hour at most; what is not sent when it expires is given up. */
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3600;

/**
 * Sends what is due, one after the other, outside of any transaction. A mail whose process died is sent again once its
 * claim has ended: rather twice than never, and under the same Message-ID.
 */
export async function deliverMail(room: AccountsRoom): Promise<void> {
  if (!room.config.mail) return dropWaitingMails(room.db);
  const server = connectMailServer(room.config.mail);
  try {
    for (;;) {
      const mail = await claimMail(room.db, LONGEST_ATTEMPT_SECONDS);
      if (!mail || (await deliver(room, server, mail)) === 'failed') return;
    }
  } finally {
    server.close();
  }
}

/** Answers `failed` when the server itself has trouble: the others wait for the next round. */
async function deliver(room: AccountsRoom, server: MailServer, mail: ClaimedMail): Promise<'done' | 'failed'> {
  const letter = await composeLetter(room, mail);
  if (!letter) {
    await mailGivenUp(room.db, mail, 'nobody to send it to');
    return 'done';
  }
  const posted = await postInTime(server, letter);
  const said = { mail: mail.id, person: mail.person_id, attempt: mail.attempts };
  if (posted.result === 'sent') {
    await mailSent(room.db, mail);
    room.log.info(said, 'a mail was sent');
    return 'done';
  }
  room.log.warn({ ...said, why: posted.why }, 'a mail was not sent');
  if (posted.result === 'refused') {
    await mailGivenUp(room.db, mail, posted.why);
    return 'done';
  }
  const pauseSeconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (mail.attempts - 1));
  await mailPostponed(room.db, mail, pauseSeconds, posted.why);
  return 'failed';
}

/** A server that goes on talking slowly must not outlive the claim. */
async function postInTime(server: MailServer, letter: Letter) {
  const tooLong = new AbortController();
  const late = pause((LONGEST_ATTEMPT_SECONDS / 2) * 1000, undefined, { signal: tooLong.signal }).then(
    () => ({ result: 'failed' as const, why: 'too slow' }),
    () => ({ result: 'failed' as const, why: 'too slow' }),
  );
  try {
    return await Promise.race([server.post(letter), late]);
  } finally {
    tooLong.abort();
  }
}

async function composeLetter(room: AccountsRoom, mail: ClaimedMail): Promise<Letter | undefined> {
  const person = await readAddressee(room.db, mail);
  if (!person) return undefined;
  const to = { name: person.name, address: person.email };
  const origin = room.config.publicUrl;
  if (mail.sealed_link && mail.purpose) {
    const address = room.sealing.open(mail.sealed_link, { table: MAIL_TABLE, id: mail.id, column: 'sealed_link' });
    return { id: mail.id, to, subject: mail.subject, ...linkWords(mail.purpose, person, address) };
  }
  if (person.text === null) return undefined;
  const link = { address: new URL(person.link ?? '/', origin).href, words: 'Open it in MEGDocs' };
  const why = `You get this mail because you use MEGDocs at ${person.institution} (${origin.host}).`;
  return { id: mail.id, to, subject: mail.subject, paragraphs: [`Dear ${person.name},`, person.text, why], link };
}

function linkWords(
  purpose: 'invitation' | 'password-reset',
  { name, institution }: { name: string; institution: string },
  address: string,
): Pick<Letter, 'paragraphs' | 'link'> {
  const invited = purpose === 'invitation';
  const days = LINK_LIFE_SECONDS.invitation / 86_400;
  const hours = LINK_LIFE_SECONDS['password-reset'] / 3600;
  return {
    paragraphs: [
      `Dear ${name},`,
      invited
        ? `${institution} invites you to MEGDocs, where its controlled documents are kept. Choose a password to begin.`
        : `an administrator of ${institution} made a link for you to choose a new password for MEGDocs.`,
      `The link below works once, for ${invited ? `${days} days` : `${hours} hours`}. Pass it on to nobody: whoever opens it first chooses the password.`,
      invited
        ? 'If you did not expect this, do nothing; without the link nobody joins.'
        : 'If you did not ask for this, tell your administrator.',
    ],
    link: { address, words: invited ? 'Choose a password' : 'Choose a new password' },
  };
}
