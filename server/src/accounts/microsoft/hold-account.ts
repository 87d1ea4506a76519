import type { ConnectOutcome } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import type { Tx } from '../../platform/database.ts';
import type { SignedIn } from '../room.ts';
import type { HeldAccount } from './held-account.ts';
import type { IntegrationRow } from './integration-store.ts';
import { type MicrosoftRoom, PENDING_TABLE } from './microsoft-room.ts';
import { keepHeld, type PendingRow } from './pending-store.ts';
import type { NewAccount } from './store-connected.ts';

/** Seals the tokens into the flow's own row, where nothing uses or renews them, and asks the person. */
export async function holdAccount(
  room: MicrosoftRoom,
  tx: Tx,
  person: SignedIn,
  flow: PendingRow,
  account: NewAccount,
  before: IntegrationRow | undefined,
): Promise<void> {
  const { tid, oid, name, address, tokens } = account;
  const seal = (token: string, column: string) =>
    room.sealing.seal(token, { table: PENDING_TABLE, id: flow.id, column });
  const held: HeldAccount = {
    ...{ tid, oid, name, address, organisation: account.organisation ?? null },
    ...{ scopes: tokens.scopes, expiresInSeconds: tokens.expiresInSeconds },
  };
  const outcome: ConnectOutcome = {
    result: 'held',
    id: flow.id,
    account: { name, address, organisation: held.organisation },
    before: before
      ? { name: before.account_name, address: before.account_address, organisation: before.organisation }
      : null,
    ownAddress: person.email,
    // These two are told anew whenever the page asks.
    stillOpen: [],
    until: new Date(0).toISOString(),
    returnTo: flow.return_to,
  };
  await keepHeld(tx, flow.id, outcome, {
    account: held,
    accessToken: seal(tokens.accessToken, 'sealed_held_access_token'),
    refreshToken: tokens.refreshToken ? seal(tokens.refreshToken, 'sealed_held_refresh_token') : null,
  });
  await recordAudit(tx, {
    institutionId: person.institutionId,
    personId: person.personId,
    kind: 'microsoft_account_held',
    detail: { account: address, tid, oid, before: before?.account_address ?? null },
  });
}
