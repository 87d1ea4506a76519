import type { ConnectOutcome } from '@megdocs/contract';
import { type ConnectedAccount, createGraph, readAccount } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import { lockPerson } from '../people/people-store.ts';
import type { SignedIn } from '../room.ts';
import { needsWord } from './held-account.ts';
import { holdAccount } from './hold-account.ts';
import {
  findIntegrationOfAccount,
  findNewestIntegration,
  type IntegrationRow,
  insertIntegration,
  isLiveForSomebodyElse,
  lockAccount,
  replaceTokens,
} from './integration-store.ts';
import { INTEGRATION_TABLE, type MicrosoftRoom } from './microsoft-room.ts';
import { type PendingRow, settlePending } from './pending-store.ts';
import { missingPermissions } from './permissions.ts';
import { isPersonal, refusalByPolicy } from './policy.ts';
import { readPolicyFirmly } from './policy-store.ts';
import type { OwnProblem } from './problem-words.ts';
import { whoAdmits } from './who-admits.ts';

/** Microsoft said yes, and we say no. The tokens are dropped: nothing of them was stored. */
export class ConnectRefused extends Error {
  readonly code: OwnProblem;
  /** A sentence for the person that the code can't know. */
  readonly more: string | undefined;
  /** For the administrator, who admits accounts by their tenant. */
  readonly tid: string | undefined;
  constructor(code: OwnProblem, more?: string, tid?: string) {
    super(`The connection was refused: ${code}`);
    this.name = 'ConnectRefused';
    this.code = code;
    this.more = more;
    this.tid = tid;
  }
}

export interface NewAccount extends Omit<ConnectedAccount, 'missingScopes'> {
  organisation: string | undefined;
}

const STORE_SECONDS = 5;
const STORE_PAUSE_MS = 400;
const ORGANISATION_TIMEOUT_MS = 3000;

/** The name of the account's organisation, to show; connecting does not hang on it. */
export async function readOrganisation(room: MicrosoftRoom, account: ConnectedAccount): Promise<string | undefined> {
  const graph = createGraph({
    endpoints: room.endpoints,
    tokens: { accessToken: async () => account.tokens.accessToken },
  });
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ORGANISATION_TIMEOUT_MS);
  try {
    const profile = await Promise.race([readAccount(graph), late]);
    return profile?.organisation;
  } catch (error) {
    room.log.info({ err: error }, 'the organisation of a Microsoft account could not be read');
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Stores connection, trail and outcome together. The code is spent: a hiccup of the database is borne for a while. */
export async function storeConnected(
  room: MicrosoftRoom,
  person: SignedIn,
  flow: PendingRow,
  account: NewAccount,
): Promise<void> {
  const deadline = performance.now() + STORE_SECONDS * 1000;
  for (;;) {
    try {
      return await inTransaction(room.db, (tx) => store(room, tx, person, flow, account));
    } catch (error) {
      if (error instanceof ConnectRefused || performance.now() > deadline) throw error;
      await new Promise((resume) => setTimeout(resume, STORE_PAUSE_MS));
    }
  }
}

async function store(
  room: MicrosoftRoom,
  tx: Tx,
  person: SignedIn,
  flow: PendingRow,
  account: NewAccount,
): Promise<void> {
  await lockForAccount(tx, person, account);
  await assertAdmitted(room, tx, person, account);
  const before = await findNewestIntegration(tx, person.personId);
  if (needsWord(account, before, person.email)) return holdAccount(room, tx, person, flow, account, before);
  await settlePending(tx, flow.id, { result: 'connected', returnTo: flow.return_to } satisfies ConnectOutcome);
  await storeAccount(room, tx, person, account);
}

/** In this order everywhere: account, person. */
export async function lockForAccount(
  tx: Tx,
  person: SignedIn,
  account: Pick<NewAccount, 'tid' | 'oid'>,
): Promise<void> {
  await lockAccount(tx, account);
  const row = await lockPerson(tx, person.personId);
  if (!row || row.deactivated_at) throw new ConnectRefused('person_deactivated');
}

/** Asked when an account comes and again when the person has said yes: between the two minutes may lie. */
export async function assertAdmitted(
  room: MicrosoftRoom,
  tx: Tx,
  person: SignedIn,
  account: Pick<NewAccount, 'tid' | 'oid' | 'tokens'>,
): Promise<void> {
  const refusal = refusalByPolicy(await readPolicyFirmly(tx, person.institutionId), account.tid);
  if (refusal)
    throw new ConnectRefused(
      refusal,
      await whoAdmits(tx, person.institutionId),
      isPersonal(account.tid) ? undefined : account.tid,
    );
  if (await isLiveForSomebodyElse(tx, person.personId, account)) throw new ConnectRefused('account_in_use');
  const files = room.app?.filesScope ?? '';
  if (missingPermissions([files], account.tokens.scopes).length > 0)
    throw new ConnectRefused('files_permission_missing');
}

export async function storeAccount(
  room: MicrosoftRoom,
  tx: Tx,
  person: SignedIn,
  account: NewAccount,
  more: Record<string, unknown> = {},
): Promise<void> {
  const known = await findIntegrationOfAccount(tx, person.personId, account);
  await writeTokens(room, tx, person, known, account);
  await recordAudit(tx, {
    institutionId: person.institutionId,
    personId: person.personId,
    kind: known && known.status !== 'ended' ? 'microsoft_reconnected' : 'microsoft_connected',
    detail: { account: account.address, tid: account.tid, oid: account.oid, scopes: account.tokens.scopes, ...more },
  });
}

/** The same account goes on in its own row; whoever still renews it finds another version and writes nothing. */
async function writeTokens(
  room: MicrosoftRoom,
  tx: Tx,
  person: SignedIn,
  known: IntegrationRow | undefined,
  account: NewAccount,
): Promise<void> {
  const id = known?.id ?? room.random.uuid();
  const { tokens } = account;
  const seal = (token: string, column: string) => room.sealing.seal(token, { table: INTEGRATION_TABLE, id, column });
  const connection = {
    account_name: account.name,
    account_address: account.address,
    organisation: account.organisation ?? known?.organisation ?? null,
    scopes: tokens.scopes,
    sealed_access_token: seal(tokens.accessToken, 'sealed_access_token'),
    sealed_refresh_token: tokens.refreshToken ? seal(tokens.refreshToken, 'sealed_refresh_token') : null,
    access_token_expires_at: secondsFromNow(tokens.expiresInSeconds),
    status: 'connected' as const,
    renewed_at: null,
  };
  if (!known)
    return insertIntegration(tx, {
      ...connection,
      id,
      institution_id: person.institutionId,
      person_id: person.personId,
      tid: account.tid,
      oid: account.oid,
    });
  await replaceTokens(tx, id, {
    ...connection,
    ...(known.status === 'ended' ? { connected_at: sqlNow, ended_at: null } : {}),
  });
}
