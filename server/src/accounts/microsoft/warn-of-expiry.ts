import { pages } from '@megdocs/contract';
import { inTransaction } from '../../platform/database.ts';
import { notify } from '../notifications/notify.ts';
import { activeWithRole, listInstitutionIds } from '../people/people-store.ts';
import { type CredentialExpiry, credentialExpiry, daysLeft, dueWarning } from './credential-expiry.ts';
import { claimWarning } from './credential-warning-store.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';

/** Tells the admins of every institution that the app's credential ends soon: 30, 14, 7 and 1 day before, and then. */
export async function warnOfExpiry(room: MicrosoftRoom): Promise<void> {
  const { microsoft } = room.config;
  if (!microsoft) return;
  const expiry = credentialExpiry(microsoft);
  if (!expiry.expiresAt) return;
  const left = daysLeft(expiry.expiresAt, room.clock.now());
  const days = dueWarning(left);
  if (days === undefined) return;
  room.log.warn({ expiresAt: expiry.expiresAt, daysLeft: left }, `the ${expiry.kind} of the Microsoft app ends soon`);
  const text = warning(expiry.kind, left);
  await inTransaction(room.db, async (tx) => {
    for (const institutionId of await listInstitutionIds(tx)) {
      if (!(await claimWarning(tx, { institution_id: institutionId, credential: expiry.name, days }))) continue;
      for (const { id } of await activeWithRole(tx, institutionId, 'institution-admin'))
        await notify(tx, room.random, {
          institutionId,
          personId: id,
          text,
          link: pages.administrationMicrosoft,
          mail: `The ${expiry.kind} of MEGDocs at Microsoft ${left < -1 ? 'has expired' : 'expires soon'}`,
        });
    }
  });
}

function warning(kind: CredentialExpiry['kind'], left: number): string {
  const what = `The ${kind} by which MEGDocs signs in to Microsoft`;
  const remedy = `A system administrator makes a new ${kind} in the app registration and puts it into the configuration.`;
  // Entra ends a secret at some time of its last day.
  if (left < -1) return `${what} has expired: no connection can be renewed. ${remedy} People's connections stay.`;
  const when = left <= 0 ? 'within a day' : left === 1 ? 'in 1 day' : `in ${left} days`;
  return `${what} expires ${when}. ${remedy}`;
}
