import type { Db, Tx } from '../../platform/database.ts';
import type { Random } from '../../platform/random.ts';
import { insertMail } from './mail-store.ts';
import { insertNotification } from './notification-store.ts';

/** News that a mail server could not take by then is old. */
const MAIL_LIFE_SECONDS = 3 * 24 * 3600;

export interface NewNotification {
  institutionId: string;
  personId: string;
  text: string;
  /** A local path. */
  link?: string;
  /** For what matters enough to leave MEGDocs: the subject of a mail that says the same. */
  mail?: string;
}

export async function notify(q: Db | Tx, random: Random, notification: NewNotification): Promise<void> {
  const id = random.uuid();
  await insertNotification(q, {
    id,
    institution_id: notification.institutionId,
    person_id: notification.personId,
    text: notification.text,
    link: notification.link ?? null,
  });
  if (notification.mail === undefined) return;
  const { institutionId, personId, mail: subject } = notification;
  const mail = { id: random.uuid(), institution_id: institutionId, person_id: personId, subject, notification_id: id };
  await insertMail(q, mail, MAIL_LIFE_SECONDS);
}
