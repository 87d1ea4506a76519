import { z } from 'zod';
import { parse, readBody } from '../graph/body.ts';
import type { GraphCall } from '../graph/call.ts';
import { contextOf } from '../graph/drive-operations.ts';
import { GraphError, notImplemented } from '../graph/errors.ts';
import { getDrive, getItem } from '../graph/find.ts';
import { DOCS, type GraphOperation, ITEM } from '../graph/operation.ts';
import { parseGraphPath } from '../graph/path.ts';
import type { Json } from '../graph/present.ts';
import type { Item } from '../world/records.ts';
import { type HandshakeOutcome, isAllowedReceiver } from './call-receiver.ts';
import type { Subscription } from './records.ts';
import type { Owner, Subscriptions } from './subscriptions.ts';

const LONGEST_LIFE_MINUTES = 42_300;
const expirySchema = z.iso.datetime({ offset: true });
const orderSchema = z.looseObject({
  changeType: z.string(),
  notificationUrl: z.string(),
  resource: z.string().min(1).max(1_000),
  expirationDateTime: expirySchema,
  clientState: z.string().max(128).nullish(),
  lifecycleNotificationUrl: z.string().nullish(),
  includeResourceData: z.literal(false).nullish(),
  latestSupportedTlsVersion: z.string().nullish(),
});
const ORDER_PROPERTIES = Object.keys(orderSchema.shape);

/** @see https://learn.microsoft.com/en-us/graph/api/resources/subscription */
export function subscriptionOperations(subscriptions: Subscriptions): GraphOperation[] {
  const at = (method: GraphOperation['method'], template: string, docs: string) =>
    ({ method, template, access: 'signed-in', query: [], fidelity: 'full', docs: `${DOCS}/${docs}` }) as const;
  const one = '/subscriptions/{subscription}';
  return [
    {
      ...at('POST', '/subscriptions', 'subscription-post-subscriptions'),
      access: 'write',
      note: 'Folders of drives alone: the root of a work drive or library, any folder of a personal one. With handshake; `http` for receivers on this machine only. Receivers that are slow are not throttled as a whole.',
      handle: (call) => subscribe(subscriptions, call),
    },
    { ...at('GET', '/subscriptions', 'subscription-list'), handle: (call) => listOwn(subscriptions, call) },
    { ...at('GET', one, 'subscription-get'), handle: (call) => answer(call, getOwn(subscriptions, call)) },
    {
      ...at('PATCH', one, 'subscription-update'),
      note: '`expirationDateTime` alone.',
      handle: (call) => renew(subscriptions, call),
    },
    {
      ...at('POST', `${one}/reauthorize`, 'subscription-reauthorize'),
      handle: (call) => {
        getOwn(subscriptions, call);
        return call.reply.code(204).send();
      },
    },
    {
      ...at('DELETE', one, 'subscription-delete'),
      handle: (call) => {
        subscriptions.remove(getOwn(subscriptions, call));
        return call.reply.code(204).send();
      },
    },
  ];
}

async function subscribe(subscriptions: Subscriptions, call: GraphCall): Promise<Json> {
  const order = await readBody(call, orderSchema, ORDER_PROPERTIES);
  if (order.changeType.toLowerCase() !== 'updated') {
    throw new GraphError('invalidRequest', "Drives support the change type 'updated' alone.");
  }
  const folder = findFolder(call, order.resource);
  const expiresAt = readExpiry(call, order.expirationDateTime);
  const receivers = [order.notificationUrl, order.lifecycleNotificationUrl ?? order.notificationUrl];
  for (const receiver of receivers) assertReceiver(receiver);
  await Promise.all([...new Set(receivers)].map((receiver) => assertProven(subscriptions, receiver)));
  const { clientState, lifecycleNotificationUrl } = order;
  const subscription = subscriptions.add({
    ...ownerOf(call),
    tenantId: call.caller.tenantId,
    resource: order.resource,
    driveId: folder.driveId,
    folderId: folder.id,
    notificationUrl: order.notificationUrl,
    ...(lifecycleNotificationUrl ? { lifecycleNotificationUrl } : {}),
    ...(typeof clientState === 'string' ? { clientState } : {}),
    expiresAt,
  });
  call.reply.code(201);
  return answer(call, subscription);
}

/** The root alone at work; any folder, but never a file, in a personal drive. */
function findFolder(call: GraphCall, resource: string): Item {
  const path = parseGraphPath(`/${resource.replace(/^\//, '')}`);
  if (path.template !== ITEM) throw notImplemented(`change notifications of '${resource.slice(0, 100)}'`);
  const there = { ...call, path };
  const drive = getDrive(there);
  const item = getItem(there);
  if (item.kind !== 'folder') throw new GraphError('invalidRequest', 'A file cannot be subscribed to.');
  if (drive.kind === 'personal') return item;
  if (item.id !== drive.rootId)
    throw new GraphError('invalidRequest', 'Only the root of this drive can be subscribed to.');
  const mayForWork = call.caller.scopes.some((scope) => /^(?:Files|Sites)\.ReadWrite\.All$/.test(scope));
  if (!mayForWork) throw new GraphError('accessDenied', 'Subscriptions to this drive need Files.ReadWrite.All.');
  return item;
}

function readExpiry(call: GraphCall, text: string): number {
  const expiresAt = Date.parse(text);
  const lifeMinutes = (expiresAt - call.world.clock.now().getTime()) / 60_000;
  if (!(lifeMinutes > 0)) throw new GraphError('ValidationError', 'The expiration time must lie in the future.');
  if (lifeMinutes <= LONGEST_LIFE_MINUTES) return expiresAt;
  throw new GraphError(
    'ValidationError',
    `Subscription expiration can only be ${LONGEST_LIFE_MINUTES} minutes in the future.`,
  );
}

function assertReceiver(receiver: string): void {
  if (isAllowedReceiver(receiver)) return;
  throw new GraphError('ValidationError', 'The notification URL must be an https URL.');
}

const UNPROVEN: Record<Exclude<HandshakeOutcome, 'proven'> | 'abandoned', string> = {
  'timed-out': 'Subscription validation request timed out.',
  unreachable: 'Subscription validation request failed. The notification endpoint could not be reached.',
  'not-200': 'Subscription validation request failed. Must respond with 200 OK to this request.',
  'not-text': 'Subscription validation request failed. Must respond with content of type text/plain.',
  'not-the-token':
    'Subscription validation request failed. Response must exactly match validationToken query parameter.',
  abandoned: 'Subscription validation request was given up.',
};

async function assertProven(subscriptions: Subscriptions, receiver: string): Promise<void> {
  const outcome = await subscriptions.prove(receiver);
  if (outcome !== 'proven') throw new GraphError('ValidationError', UNPROVEN[outcome]);
}

async function renew(subscriptions: Subscriptions, call: GraphCall): Promise<Json> {
  const subscription = getOwn(subscriptions, call);
  const body = await readBody(call, z.looseObject({ expirationDateTime: z.unknown() }), ['expirationDateTime']);
  const expiresAt = readExpiry(call, parse(expirySchema, body.expirationDateTime));
  return answer(call, subscriptions.renew(subscription, expiresAt));
}

function listOwn(subscriptions: Subscriptions, call: GraphCall): Json {
  const value = subscriptions.list(ownerOf(call)).map(present);
  return { '@odata.context': contextOf(call, 'subscriptions'), value };
}

function getOwn(subscriptions: Subscriptions, call: GraphCall): Subscription {
  const subscription = subscriptions.find(call.path.params.subscription ?? '', ownerOf(call));
  if (subscription === undefined) throw new GraphError('ResourceNotFound', 'The object was not found.');
  return subscription;
}

function ownerOf({ caller }: GraphCall): Owner {
  return { clientId: caller.clientId, ...(caller.user === undefined ? {} : { userId: caller.user.id }) };
}

function answer(call: GraphCall, subscription: Subscription): Json {
  return { '@odata.context': contextOf(call, 'subscriptions/$entity'), ...present(subscription) };
}

function present(subscription: Subscription): Json {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.clientId,
    changeType: 'updated',
    clientState: subscription.clientState ?? null,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    creatorId: subscription.userId ?? subscription.clientId,
    includeResourceData: false,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: '',
    encryptionCertificateId: '',
    notificationUrlAppId: null,
    notificationContentType: 'application/json',
  };
}
