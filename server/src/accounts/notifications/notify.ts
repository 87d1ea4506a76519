import type { Db, Tx } from '../../platform/database.ts';
import type { Random } from '../../platform/random.ts';
import { insertNotification } from './notification-store.ts';

export interface NewNotification {
  institutionId: string;
  personId: string;
  text: string;
  /** A local path. */
  link?: string;
}

export async function notify(q: Db | Tx, random: Random, notification: NewNotification): Promise<void> {
  await insertNotification(q, {
    id: random.uuid(),
    institution_id: notification.institutionId,
    person_id: notification.personId,
    text: notification.text,
    link: notification.link ?? null,
  });
}
