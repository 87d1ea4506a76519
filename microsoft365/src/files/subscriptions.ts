import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import type { GraphAnswer } from '../graph/graph-answer.ts';
import { GraphError } from '../graph/graph-error.ts';

/** Microsoft's promise to say when something in a drive changes. */
export interface DriveSubscription {
  id: string;
  expiresAt: Date;
}

/** What a subscription is asked for with. */
export interface SubscriptionOrder {
  driveId: string;
  /** https, reachable from the internet; it must answer the handshake while this call runs. */
  notificationUrl: string;
  /** Sent back with every notification, at most 128 characters: the receiver's only proof of who calls. */
  clientState: string;
  expiresAt: Date;
}

/** One page of Microsoft's names 42,300 minutes as the longest life and another 4,230: the shorter one is always taken. */
export const SUBSCRIPTION_LIFE_MINUTES = 4_200;

const subscriptionSchema = z.object({
  id: z.string().min(1),
  expirationDateTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});

/**
 * Asks to be told of changes in a drive. The notifications carry no item: they are a reason to look.
 * @throws GraphError `invalid` when the handshake failed, `forbidden` without `Files.ReadWrite.All` in a work account
 * @see https://learn.microsoft.com/graph/api/subscription-post-subscriptions
 */
export async function subscribeToDrive(graph: Graph, order: SubscriptionOrder): Promise<DriveSubscription> {
  const answer = await graph.request('POST', '/subscriptions', {
    json: {
      changeType: 'updated',
      resource: resourceOf(order.driveId),
      notificationUrl: order.notificationUrl,
      lifecycleNotificationUrl: order.notificationUrl,
      clientState: order.clientState,
      expirationDateTime: order.expiresAt.toISOString(),
    },
  });
  return read(answer);
}

/** @throws GraphError `not-found` when it has ended already */
export async function renewSubscription(graph: Graph, id: string, expiresAt: Date): Promise<DriveSubscription> {
  const json = { expirationDateTime: expiresAt.toISOString() };
  return read(await graph.request('PATCH', addressOf(id), { json, retry: true }));
}

/** Twice is once. */
export async function endSubscription(graph: Graph, id: string): Promise<void> {
  try {
    const answer = await graph.request('DELETE', addressOf(id));
    answer.body.resume();
  } catch (error) {
    if (!(error instanceof GraphError) || error.kind !== 'not-found') throw error;
  }
}

const notificationsSchema = z.object({
  value: z
    .array(
      z.object({
        subscriptionId: z.string().min(1).max(200),
        clientState: z.string().max(128).nullish(),
        lifecycleEvent: z.string().max(100).nullish(),
      }),
    )
    .max(1000),
});

/** One notification as it came: nothing in it is proven yet. */
export interface DriveNotification {
  subscriptionId: string;
  clientState?: string;
  /** `reauthorizationRequired`, `subscriptionRemoved` or `missed`; undefined when it tells of a change. */
  lifecycleEvent?: string;
}

/**
 * The notifications in a request's body; none when it is no such body.
 * @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
 */
export function readNotifications(body: unknown): DriveNotification[] {
  const parsed = notificationsSchema.safeParse(body);
  if (!parsed.success) return [];
  return parsed.data.value.map(({ subscriptionId, clientState, lifecycleEvent }) => ({
    subscriptionId,
    ...(clientState ? { clientState } : {}),
    ...(lifecycleEvent ? { lifecycleEvent } : {}),
  }));
}

function resourceOf(driveId: string): string {
  return `/drives/${driveId}/root`;
}

function addressOf(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}

async function read(answer: GraphAnswer): Promise<DriveSubscription> {
  const parsed = subscriptionSchema.safeParse(await answer.json());
  if (parsed.success) return { id: parsed.data.id, expiresAt: parsed.data.expirationDateTime };
  throw new GraphError({
    status: answer.status,
    code: 'incomplete_subscription',
    kind: 'unavailable',
    requestId: answer.requestId,
    mayHaveHappened: true,
  });
}
