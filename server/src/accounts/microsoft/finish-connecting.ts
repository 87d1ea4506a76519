import { setTimeout as pause } from 'node:timers/promises';
import { fill, pages } from '@megdocs/contract';
import { ConnectionError, finishConnection, type MicrosoftApp } from '@megdocs/microsoft365';
import { Failure } from '../../platform/failures.ts';
import { sha256 } from '../../platform/random.ts';
import type { SignedIn } from '../room.ts';
import { connectFailed, failedOutcome } from './connect-outcome.ts';
import type { ProblemFacts } from './describe-problem.ts';
import { noteConsent } from './finish-consent.ts';
import { issuerOf } from './microsoft-app.ts';
import { type MicrosoftRoom, PENDING_TABLE } from './microsoft-room.ts';
import {
  claimPending,
  findPending,
  findPendingByState,
  isClaimStale,
  type PendingRow,
  settlePending,
} from './pending-store.ts';
import { isSameBrowser } from './same-browser.ts';
import { ConnectRefused, readOrganisation, storeConnected } from './store-connected.ts';

export interface Callback {
  parameters: URLSearchParams;
  browserToken: string | undefined;
  reference: string;
}

const STATE = /^[A-Za-z0-9_-]{43}$/;
/** Longer than a code's redemption with everything around it can take. */
const CLAIM_SECONDS = 45;
const POLL_MS = 150;

/** Answers the page to go on to. A code is redeemed once, however often its callback is loaded. */
export async function finishConnecting(
  room: MicrosoftRoom,
  app: MicrosoftApp,
  person: SignedIn,
  callback: Callback,
): Promise<string> {
  const flow = await findFlow(room, person, callback);
  if (!flow) {
    await connectFailed(room, person, { code: 'flow_not_known' }, callback.reference);
    // One page for all: nobody learns whether such a flow exists, and whose it is.
    return fill(pages.microsoftOutcome, { id: callback.reference });
  }
  const claimed = flow.state === 'open' ? await claim(room, flow) : undefined;
  if (claimed?.purpose === 'admin-consent') await noteConsent(room, person, claimed, callback);
  else if (claimed) await redeem(room, app, person, claimed, callback);
  return awaitOutcome(room, person, flow, callback.reference);
}

/** The flow of this state, if it was begun by this person in this browser. */
async function findFlow(
  room: MicrosoftRoom,
  person: SignedIn,
  { parameters, browserToken }: Callback,
): Promise<PendingRow | undefined> {
  const states = parameters.getAll('state');
  const [state] = states;
  if (states.length !== 1 || state === undefined || !STATE.test(state)) return undefined;
  const row = await fromDatabase(() => findPendingByState(room.db, sha256(state)));
  if (!row || row.person_id !== person.personId) return undefined;
  return isSameBrowser(row, browserToken) ? row : undefined;
}

function claim(room: MicrosoftRoom, flow: PendingRow): Promise<PendingRow | undefined> {
  return fromDatabase(() => claimPending(room.db, flow.id));
}

/** As long as nothing was claimed the code is unspent: the same address works once the database is back. */
async function fromDatabase<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new Failure(503, 'unavailable', 'MEGDocs can not reach its database at the moment.', {
      remedy: 'Load this page again in a few seconds.',
      retryAfterSeconds: 5,
      cause,
    });
  }
}

async function redeem(
  room: MicrosoftRoom,
  app: MicrosoftApp,
  person: SignedIn,
  flow: PendingRow,
  callback: Callback,
): Promise<void> {
  try {
    assertSameConfiguration(app, flow);
    const open = (sealed: Uint8Array, column: string) =>
      room.sealing.open(sealed, { table: PENDING_TABLE, id: flow.id, column });
    const account = await finishConnection(app, callback.parameters, {
      state: callback.parameters.get('state') ?? '',
      nonce: open(flow.sealed_nonce, 'sealed_nonce'),
      codeVerifier: open(flow.sealed_verifier, 'sealed_verifier'),
      redirectUri: flow.redirect_uri,
    });
    const organisation = await readOrganisation(room, account);
    await storeConnected(room, person, flow, { ...account, organisation });
  } catch (error) {
    const place = callback.parameters.has('error') ? 'redirect' : 'token';
    const facts: ProblemFacts = { ...factsOf(error), place };
    const more = error instanceof ConnectRefused ? error.more : undefined;
    const outcome = failedOutcome(room, facts, {
      reference: callback.reference,
      returnTo: flow.return_to,
      ...(more ? { more } : {}),
    });
    await settlePending(room.db, flow.id, outcome);
    await connectFailed(room, person, facts, callback.reference);
    if (!isExpected(error)) room.log.error({ err: error, reference: callback.reference }, 'connecting broke off');
  }
}

/** A deployment that was reconfigured while somebody was at Microsoft: its code would be refused. */
function assertSameConfiguration(app: MicrosoftApp, flow: PendingRow): void {
  if (flow.issuer !== issuerOf(app) || flow.client_id !== app.clientId) throw new ConnectRefused('flow_too_old');
}

function isExpected(error: unknown): error is ConnectionError | ConnectRefused {
  return error instanceof ConnectionError || error instanceof ConnectRefused;
}

function factsOf(error: unknown): ProblemFacts {
  if (error instanceof ConnectRefused) return { code: error.code, tid: error.tid };
  if (!(error instanceof ConnectionError)) return { code: 'flow_interrupted' };
  const { code, aadsts, oauthError, traceId, correlationId } = error;
  return { code, aadsts, oauthError, traceId, correlationId };
}

/** Whoever comes second waits for the first, and sees the same end. */
async function awaitOutcome(
  room: MicrosoftRoom,
  person: SignedIn,
  flow: PendingRow,
  reference: string,
): Promise<string> {
  for (;;) {
    const row = await findPending(room.db, flow.id);
    if (!row) {
      await connectFailed(room, person, { code: 'flow_not_known' }, reference);
      return fill(pages.microsoftOutcome, { id: reference });
    }
    if (row.state === 'done') return pageOf(row);
    // Claimed by nobody: its ten minutes are over. Claimed long ago: that process has died.
    const over = row.state === 'open' ? 'flow_too_old' : 'flow_interrupted';
    if (row.state === 'open' || (await isClaimStale(room.db, row.id, CLAIM_SECONDS))) {
      const outcome = failedOutcome(room, { code: over }, { reference, returnTo: row.return_to });
      if (await settlePending(room.db, row.id, outcome)) await connectFailed(room, person, { code: over }, reference);
    } else await pause(POLL_MS);
  }
}

/** Who connected goes on to where they came from; everything else is explained first. */
function pageOf(row: PendingRow): string {
  if (row.outcome?.result === 'connected') return row.return_to ?? pages.microsoft;
  return fill(pages.microsoftOutcome, { id: row.id });
}
