import {
  ConnectionUnavailable,
  endSubscription,
  GraphError,
  renewSubscription,
  SUBSCRIPTION_LIFE_MINUTES,
  subscribeToDrive,
} from '@megdocs/microsoft365';
import { secondsFromNow } from '../../platform/database.ts';
import { sha256 } from '../../platform/random.ts';
import { explainLook } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { EditingRoom } from '../room.ts';
import { retrySeconds } from '../timing.ts';
import {
  changeSubscription,
  claimSubscriptions,
  forgetSubscription,
  noteSubscriptions,
  type SubscriptionRow,
  subscriptionsOf,
} from './subscription-store.ts';

const ONE_ROUND = 20;
/** A step with its handshake takes seconds; whoever died on it is followed by another after so long. */
const STEP_SECONDS = 60;
/** Renewed when half of its life is over: a bad day of Microsoft's then costs nothing. */
const RENEW_AFTER_SECONDS = (SUBSCRIPTION_LIFE_MINUTES * 60) / 2;
/** What only an administrator mends is tried again after so long. */
const REFUSED_SECONDS = 3_600;
/** By then the tokens are erased, and the next try finds that. */
const AFTER_LEAVING_SECONDS = 120;

/**
 * Keeps one subscription a drive in which something is open, where Microsoft can reach this server. A notification only
 * makes the next look sooner: without any, drives are asked all the same.
 */
export async function tendSubscriptions(room: EditingRoom): Promise<void> {
  const notificationUrl = room.config.microsoft?.notificationUrl;
  if (!notificationUrl) return;
  await noteSubscriptions(room.db);
  for (const row of await claimSubscriptions(room.db, STEP_SECONDS, ONE_ROUND)) {
    try {
      await takeStep(room, row, notificationUrl);
    } catch (error) {
      await stepFailed(room, row, error);
    }
  }
}

async function takeStep(room: EditingRoom, row: SubscriptionRow, notificationUrl: URL): Promise<void> {
  const graph = graphOf(room, row.integration_id);
  if (!row.wanted) {
    if (row.subscription_id) await endSubscription(graph, row.subscription_id);
    return forgetSubscription(room.db, row);
  }
  const expiresAt = new Date(room.clock.now().getTime() + SUBSCRIPTION_LIFE_MINUTES * 60_000);
  const isLive = { failures: 0, problem: null, next_step_at: secondsFromNow(RENEW_AFTER_SECONDS) };
  if (row.subscription_id) {
    const renewed = await renewSubscription(graph, row.subscription_id, expiresAt);
    return changeSubscription(room.db, row, { ...isLive, expires_at: renewed.expiresAt });
  }
  const clientState = room.random.token();
  // Microsoft calls us while we wait for its answer: nothing is locked meanwhile.
  const made = await subscribeToDrive(graph, {
    driveId: row.drive_id,
    notificationUrl: notificationUrl.href,
    clientState,
    expiresAt,
  });
  await changeSubscription(room.db, row, {
    ...isLive,
    subscription_id: made.id,
    client_state_hash: sha256(clientState),
    expires_at: made.expiresAt,
  });
}

async function stepFailed(room: EditingRoom, row: SubscriptionRow, error: unknown): Promise<void> {
  // It had ended already: a new one is made at the next round.
  if (error instanceof GraphError && error.kind === 'not-found' && row.subscription_id)
    return changeSubscription(room.db, row, { subscription_id: null, next_step_at: secondsFromNow(0) });
  // Whose connection is gone has no call left to end it with: it expires by itself, and what it says is ignored.
  if (!row.wanted && error instanceof ConnectionUnavailable) return forgetSubscription(room.db, row);
  const failures = row.failures + 1;
  const refused = error instanceof GraphError && (error.kind === 'forbidden' || error.kind === 'invalid');
  const problem = refused ? refusedWords(error) : (wordsOf(error) ?? null);
  if (failures === 1) room.log.warn({ err: error, integration: row.integration_id }, 'no change notifications');
  await changeSubscription(room.db, row, {
    failures,
    problem,
    next_step_at: secondsFromNow(refused ? REFUSED_SECONDS : retrySeconds(failures)),
  });
}

function refusedWords(error: GraphError): string {
  return error.kind === 'forbidden'
    ? 'Microsoft does not let this account ask for change notifications: they need Files.ReadWrite.All.'
    : 'Microsoft could not reach the notification address of this server, or refused it.';
}

function wordsOf(error: unknown): string | undefined {
  const why = explainLook(error);
  return why.kind === 'gone' ? 'The drive is gone.' : why.why;
}

/** Before a connection ends. What fails expires by itself within three days. */
export async function endSubscriptionsOf(room: EditingRoom, integrationId: string): Promise<void> {
  for (const row of await subscriptionsOf(room.db, integrationId)) {
    if (!row.subscription_id) continue;
    try {
      await endSubscription(graphOf(room, integrationId), row.subscription_id);
    } catch (error) {
      room.log.warn({ err: error, integration: integrationId }, 'a subscription was not ended; it expires by itself');
    }
    await changeSubscription(room.db, row, {
      subscription_id: null,
      client_state_hash: null,
      next_step_at: secondsFromNow(AFTER_LEAVING_SECONDS),
    });
  }
}
