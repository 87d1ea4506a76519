import { fill, pages } from '@megdocs/contract';
import {
  ConnectionError,
  type ConnectionPrompt,
  type MicrosoftApp,
  type StartedConnection,
  startConnection,
} from '@megdocs/microsoft365';
import { inTransaction } from '../../platform/database.ts';
import { sha256 } from '../../platform/random.ts';
import { lockPerson } from '../people/people-store.ts';
import type { SignedIn } from '../room.ts';
import { connectFailed, failedOutcome } from './connect-outcome.ts';
import { findLiveIntegration, type IntegrationRow } from './integration-store.ts';
import { parseLastError } from './last-error.ts';
import { issuerOf } from './microsoft-app.ts';
import { type MicrosoftRoom, PENDING_TABLE } from './microsoft-room.ts';
import { insertPending, makeRoom, OPEN_LIMIT, purgePending } from './pending-store.ts';
import { isPolicyRefusal } from './policy.ts';

export interface ConnectRequest {
  /** The cookie of the browser's own: flow and callback must show the same. */
  browserToken: string;
  /** A checked local path. */
  returnTo: string | null;
  reference: string;
}

/** Answers where to send the browser: to Microsoft, or to the page that says why not. */
export async function startConnecting(
  room: MicrosoftRoom,
  app: MicrosoftApp,
  person: SignedIn,
  request: ConnectRequest,
): Promise<string> {
  await purgePending(room.db);
  const live = await findLiveIntegration(room.db, person.personId);
  try {
    const started = await startConnection(app, promptFor(live));
    await keepFlow(room, app, person, request, live, started);
    return started.url.href;
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const outcome = failedOutcome(room, error, { reference: request.reference, returnTo: request.returnTo });
    const id = await keepFlow(room, app, person, request, live, undefined, outcome);
    await connectFailed(room, person, error, request.reference);
    return fill(pages.microsoftOutcome, { id });
  }
}

/** Microsoft refuses `prompt=select_account` and `login_hint` together. What a challenge demanded is asked for once. */
function promptFor(live: IntegrationRow | undefined): ConnectionPrompt {
  // An account that is not admitted is none to suggest.
  const barred = isPolicyRefusal(parseLastError(live?.last_error)?.code ?? '');
  if (!live || barred) return { prompt: 'select_account' };
  const claims = live.last_error?.claims;
  return { loginHint: live.account_address, ...(typeof claims === 'string' ? { claims } : {}) };
}

/** One row a flow. Nothing in it helps who reads the database: hashes, and sealed values bound to the row. */
function keepFlow(
  room: MicrosoftRoom,
  app: MicrosoftApp,
  person: SignedIn,
  request: ConnectRequest,
  live: IntegrationRow | undefined,
  started: StartedConnection | undefined,
  outcome?: object,
): Promise<string> {
  const id = room.random.uuid();
  const seal = (text: string, column: string) => room.sealing.seal(text, { table: PENDING_TABLE, id, column });
  return inTransaction(room.db, async (tx) => {
    await lockPerson(tx, person.personId);
    await makeRoom(tx, person.personId, OPEN_LIMIT);
    await insertPending(tx, {
      id,
      institution_id: person.institutionId,
      person_id: person.personId,
      state_hash: sha256(started?.state ?? room.random.token()),
      browser_hash: sha256(request.browserToken),
      issuer: issuerOf(app),
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
      scopes: started?.scopes ?? [],
      purpose: live ? 'reconnect' : 'connect',
      expected_tid: live?.tid ?? null,
      expected_oid: live?.oid ?? null,
      sealed_verifier: seal(started?.codeVerifier ?? '', 'sealed_verifier'),
      sealed_nonce: seal(started?.nonce ?? '', 'sealed_nonce'),
      return_to: request.returnTo,
      ...(outcome ? { state: 'done' as const, outcome: JSON.stringify(outcome) } : {}),
    });
    return id;
  });
}
