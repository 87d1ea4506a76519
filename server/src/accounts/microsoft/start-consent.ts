import { pages } from '@megdocs/contract';
import type { MicrosoftApp } from '@megdocs/microsoft365';
import { inTransaction } from '../../platform/database.ts';
import { sha256 } from '../../platform/random.ts';
import { lockPerson } from '../people/people-store.ts';
import { assertAdmin } from '../people/rights.ts';
import type { SignedIn } from '../room.ts';
import { adminConsentUrl } from './admin-consent-url.ts';
import { issuerOf } from './microsoft-app.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { insertPending, makeRoom, OPEN_LIMIT } from './pending-store.ts';

/** An admin of the institution who may approve for the tenant as well. Answers where to send the browser. */
export async function startConsent(
  room: MicrosoftRoom,
  app: MicrosoftApp,
  person: SignedIn,
  browserToken: string,
): Promise<string> {
  assertAdmin(person);
  const state = room.random.token();
  const nothing = new Uint8Array();
  await inTransaction(room.db, async (tx) => {
    await lockPerson(tx, person.personId);
    await makeRoom(tx, person.personId, OPEN_LIMIT);
    await insertPending(tx, {
      id: room.random.uuid(),
      institution_id: person.institutionId,
      person_id: person.personId,
      state_hash: sha256(state),
      browser_hash: sha256(browserToken),
      issuer: issuerOf(app),
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
      scopes: ['User.Read', app.filesScope],
      purpose: 'admin-consent',
      expected_tid: null,
      expected_oid: null,
      // No code comes back, so there is nothing to redeem it with.
      sealed_verifier: nothing,
      sealed_nonce: nothing,
      return_to: pages.administrationMicrosoft,
    });
  });
  return adminConsentUrl(app, state).href;
}
