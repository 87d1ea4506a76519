import { type ConnectOutcome, fill, pages } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import type { SignedIn } from '../room.ts';
import { connectFailed, failedOutcome } from './connect-outcome.ts';
import { endForAnother } from './disconnect.ts';
import { type HeldAccount, heldAccount, isSameAccount } from './held-account.ts';
import { findLiveIntegration, type IntegrationRow } from './integration-store.ts';
import { type MicrosoftRoom, PENDING_TABLE, type WorkingCopy } from './microsoft-room.ts';
import { answerHeld, findPending, type HeldRow, lockHeld } from './pending-store.ts';
import { isSameBrowser } from './same-browser.ts';
import { assertAdmitted, ConnectRefused, lockForAccount, type NewAccount, storeAccount } from './store-connected.ts';

export interface HeldAnswer {
  /** The flow that asks. */
  id: string;
  use: boolean;
  browserToken: string | undefined;
  reference: string;
}

/** Takes the person's word on another account than before. Answers the page to go on to. */
export async function answerHeldAccount(room: MicrosoftRoom, person: SignedIn, answer: HeldAnswer): Promise<string> {
  const page = fill(pages.microsoftOutcome, { id: answer.id });
  const flow = await findPending(room.db, answer.id);
  // Only who began the flow, in the browser in which it began; the page says the same to all others.
  if (!flow || flow.person_id !== person.personId || !isSameBrowser(flow, answer.browserToken)) return page;
  if (!answer.use) return decline(room, person, answer);
  // Answered already, or too late: the page says which.
  const held = heldAccount.safeParse(flow.held_account).data;
  if (!held) return page;
  try {
    await endTheOther(room, person, held);
    return await inTransaction(room.db, (tx) => accept(room, tx, person, answer.id, held));
  } catch (error) {
    if (error instanceof StillEditing) return page;
    if (!(error instanceof ConnectRefused)) throw error;
    await refuse(room, person, answer, error);
    return page;
  }
}

/** Its working copies need the account that is connected: they come first. */
class StillEditing extends Error {}

/** An account that can't be reached any more blocks nothing: what lies in it can't be collected by waiting either. */
export async function copiesThatComeFirst(
  room: MicrosoftRoom,
  live: IntegrationRow | undefined,
): Promise<WorkingCopy[]> {
  if (live?.status !== 'connected') return [];
  const copies = await room.workingCopies.list(room.db, live.id);
  return copies.filter(({ goneAbout }) => goneAbout === undefined);
}

async function endTheOther(room: MicrosoftRoom, person: SignedIn, account: HeldAccount): Promise<void> {
  const live = await findLiveIntegration(room.db, person.personId);
  if (!live || isSameAccount(live, account)) return;
  // Before the one is ended, so that nobody is left with neither.
  await inTransaction(room.db, async (tx) => {
    await lockForAccount(tx, person, account);
    await assertAdmitted(room, tx, person, { ...account, tokens: tokensOf(account, '', undefined, 0) });
  });
  if ((await copiesThatComeFirst(room, live)).length > 0) throw new StillEditing();
  await endForAnother(room, live, person);
}

async function accept(room: MicrosoftRoom, tx: Tx, person: SignedIn, id: string, held: HeldAccount): Promise<string> {
  await lockForAccount(tx, person, held);
  const found = await lockHeld(tx, id);
  const account = found && openHeld(room, found);
  if (!found || !account) return fill(pages.microsoftOutcome, { id });
  await assertAdmitted(room, tx, person, account);
  const live = await findLiveIntegration(tx, person.personId);
  if (live && !isSameAccount(live, account)) return fill(pages.microsoftOutcome, { id });
  await storeAccount(room, tx, person, account, { confirmed: true });
  await answerHeld(tx, id, { result: 'connected', returnTo: found.return_to } satisfies ConnectOutcome);
  return found.return_to ?? pages.microsoft;
}

function openHeld(room: MicrosoftRoom, row: HeldRow): NewAccount | undefined {
  const account = heldAccount.safeParse(row.held_account).data;
  if (!account || !row.sealed_held_access_token) return undefined;
  const open = (sealed: Uint8Array, column: string) =>
    room.sealing.open(sealed, { table: PENDING_TABLE, id: row.id, column });
  const refreshToken = row.sealed_held_refresh_token
    ? open(row.sealed_held_refresh_token, 'sealed_held_refresh_token')
    : undefined;
  const accessToken = open(row.sealed_held_access_token, 'sealed_held_access_token');
  const { organisation, ...said } = account;
  return {
    ...said,
    organisation: organisation ?? undefined,
    tokens: tokensOf(account, accessToken, refreshToken, row.held_for_seconds),
  };
}

function tokensOf(
  account: HeldAccount,
  accessToken: string,
  refreshToken: string | undefined,
  heldForSeconds: number,
): NewAccount['tokens'] {
  const expiresInSeconds = Math.max(0, Math.floor(account.expiresInSeconds - heldForSeconds));
  return { accessToken, ...(refreshToken ? { refreshToken } : {}), expiresInSeconds, scopes: account.scopes };
}

async function decline(room: MicrosoftRoom, person: SignedIn, { id, reference }: HeldAnswer): Promise<string> {
  await inTransaction(room.db, async (tx) => {
    const row = await lockHeld(tx, id);
    if (!row) return;
    const outcome = failedOutcome(room, { code: 'held_declined' }, { reference, returnTo: row.return_to });
    await answerHeld(tx, id, outcome);
    await recordAudit(tx, {
      institutionId: person.institutionId,
      personId: person.personId,
      kind: 'microsoft_account_declined',
      detail: { account: heldAccount.safeParse(row.held_account).data?.address ?? null },
    });
  });
  return pages.microsoft;
}

async function refuse(room: MicrosoftRoom, person: SignedIn, answer: HeldAnswer, error: ConnectRefused): Promise<void> {
  const { code, tid, more } = error;
  const { reference } = answer;
  await inTransaction(room.db, async (tx) => {
    const row = await lockHeld(tx, answer.id);
    if (!row) return;
    const context = { reference, returnTo: row.return_to, ...(more ? { more } : {}) };
    await answerHeld(tx, row.id, failedOutcome(room, { code, tid }, context));
  });
  await connectFailed(room, person, { code }, reference);
}
