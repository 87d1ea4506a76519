import { type SqlBool, sql } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';

export interface NewMail {
  id: string;
  institution_id: string;
  person_id: string;
  subject: string;
  notification_id?: string;
  purpose?: 'invitation' | 'password-reset';
  sealed_link?: Uint8Array;
}

export async function insertMail(q: Db | Tx, mail: NewMail, lifeSeconds: number): Promise<void> {
  await q
    .insertInto('mail')
    .values({ ...mail, expires_at: secondsFromNow(lifeSeconds) })
    .execute();
}

const waits = sql<SqlBool>`sent_at is null and given_up_at is null and expires_at > app_now()`;

/** Takes the mail that is due first; from now on nobody else sends it, until the claim ends. */
export async function claimMail(db: Db, seconds: number) {
  const claimed = await db
    .updateTable('mail')
    .set({ attempts: sql`attempts + 1`, claimed_until: secondsFromNow(seconds) })
    .where('id', '=', (due) =>
      due
        .selectFrom('mail')
        .select('id')
        .where(waits)
        .where('next_attempt_at', '<=', sqlNow)
        .where(sql<SqlBool>`(claimed_until is null or claimed_until <= app_now())`)
        .orderBy('next_attempt_at')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returning([
      'id',
      'attempts',
      'person_id',
      'institution_id',
      'subject',
      'notification_id',
      'purpose',
      'sealed_link',
    ])
    .executeTakeFirst();
  return claimed;
}

export type ClaimedMail = NonNullable<Awaited<ReturnType<typeof claimMail>>>;

/** Whom it goes to and what it repeats, read when it is sent: a person who left meanwhile gets nothing. */
export function readAddressee(db: Db, mail: ClaimedMail) {
  return db
    .selectFrom('person as p')
    .innerJoin('institution as i', 'i.id', 'p.institution_id')
    .leftJoin('notification as n', (join) => join.on('n.id', '=', mail.notification_id))
    .select(['p.name', 'p.email', 'i.name as institution', 'n.text', 'n.link'])
    .where('p.id', '=', mail.person_id)
    .where('p.deactivated_at', 'is', null)
    .executeTakeFirst();
}

/** Fenced by the attempt: whoever wakes up late changes nothing. What it brought is erased. */
export async function mailSent(db: Db, mail: ClaimedMail): Promise<void> {
  await db
    .updateTable('mail')
    .set({ sent_at: sqlNow, sealed_link: null, claimed_until: null, last_error: null })
    .where('id', '=', mail.id)
    .where('attempts', '=', mail.attempts)
    .execute();
}

export async function mailGivenUp(db: Db, mail: ClaimedMail, why: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({ given_up_at: sqlNow, sealed_link: null, claimed_until: null, last_error: why })
    .where('id', '=', mail.id)
    .where('attempts', '=', mail.attempts)
    .execute();
}

export async function mailPostponed(db: Db, mail: ClaimedMail, seconds: number, why: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({ next_attempt_at: secondsFromNow(seconds), claimed_until: null, last_error: why })
    .where('id', '=', mail.id)
    .where('attempts', '=', mail.attempts)
    .execute();
}

/** A link that was used or replaced is not sent any more. */
export async function dropLinkMails(tx: Tx, personId: string): Promise<void> {
  await tx
    .deleteFrom('mail')
    .where('person_id', '=', personId)
    .where('purpose', 'is not', null)
    .where('sent_at', 'is', null)
    .execute();
}

/** Without a mail server nothing waits for one: set up later, it would bring old news. */
export async function dropWaitingMails(db: Db): Promise<void> {
  await db.deleteFrom('mail').where(waits).execute();
}

/** Those that were sent, given up or too old a month ago; a link at once when its mail is too old. */
export async function purgeMails(db: Db): Promise<void> {
  await db
    .updateTable('mail')
    .set({ sealed_link: null, given_up_at: sqlNow, last_error: sql`coalesce(last_error, 'too late')` })
    .where(sql<SqlBool>`sent_at is null and given_up_at is null and expires_at <= app_now()`)
    .execute();
  await db.deleteFrom('mail').where(sql<SqlBool>`created_at < app_now() - interval '30 days'`).execute();
}
