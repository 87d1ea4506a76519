import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  CLIENT_ID,
  connect,
  graphFor,
  paramsOf,
  personalConfig,
  personalToken,
  redeem,
  startTestEmulator,
  TENANT_ID,
  tokensFor,
} from './cast.ts';
import { echo, Receiver } from './receiver.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await Receiver.start();
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(async () => {
  await emulator.close();
  await receiver.stop();
});

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const order = (changes: object = {}) => ({
  changeType: 'updated',
  notificationUrl: receiver.url,
  resource: '/me/drive/root',
  expirationDateTime: inMinutes(60),
  clientState: 'a state',
  ...changes,
});
const subscribe = (changes?: object) => graph('POST', '/subscriptions', order(changes));
const put = (name: string, content = 'x') => graph('PUT', `/me/drive/root:/${name}:/content`, content);
const stateOf = (id: string) => emulator.control.subscriptions().find((one) => one.id === id);
/** Waits until the emulator has noticed what the receiver answered. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a subscription has all that Microsoft says of one, is listed, read, renewed and deleted', async () => {
  const { status, body } = await subscribe({ lifecycleNotificationUrl: `${receiver.url}?life=1` });
  expect(status).toBe(201);
  expect(body).toEqual({
    '@odata.context': `${emulator.url}/v1.0/$metadata#subscriptions/$entity`,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    resource: '/me/drive/root',
    applicationId: CLIENT_ID,
    changeType: 'updated',
    clientState: 'a state',
    notificationUrl: receiver.url,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: `${receiver.url}?life=1`,
    expirationDateTime: expect.any(String),
    creatorId: (await graph('GET', '/me')).body.id,
    includeResourceData: false,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: '',
    encryptionCertificateId: '',
    notificationUrlAppId: null,
    notificationContentType: 'application/json',
  });
  const { '@odata.context': _, ...subscription } = body;
  expect((await graph('GET', '/subscriptions')).body.value).toEqual([subscription]);
  const expirationDateTime = inMinutes(120);
  const renewed = await graph('PATCH', `/subscriptions/${body.id}`, { expirationDateTime });
  expect(renewed).toMatchObject({ status: 200, body: { id: body.id, expirationDateTime } });
  expect((await graph('GET', `/subscriptions/${body.id}`)).body).toEqual({ ...body, expirationDateTime });
  expect((await graph('POST', `/subscriptions/${body.id}/reauthorize`)).status).toBe(204);
  expect((await graph('DELETE', `/subscriptions/${body.id}`)).status).toBe(204);
  expect((await graph('GET', `/subscriptions/${body.id}`)).status).toBe(404);
});

describe('the handshake', () => {
  test('posts the token as text to both URLs before the answer comes', async () => {
    await subscribe({ lifecycleNotificationUrl: `${receiver.url}?life=1` });
    const shaken = { method: 'POST', contentType: 'text/plain; charset=utf-8', body: '' };
    expect(receiver.handshakes).toEqual([shaken, shaken]);
  });

  const refusals: [string, (receiver: Receiver) => void, RegExp][] = [
    ['another status', (to) => (to.shake = (response, token) => response.writeHead(202).end(token)), /200 OK/],
    ['another type', (to) => (to.shake = (response, token) => response.writeHead(200).end(token)), /text\/plain/],
    ['another text', (to) => (to.shake = (response) => echo(response, 'no')), /exactly match/],
    ['the encoded token', (to) => (to.shake = (response, token) => echo(response, encodeURI(token))), /exactly match/],
    ['a cut connection', (to) => (to.shake = (response) => response.destroy()), /reached/],
  ];
  for (const [what, spoil, message] of refusals) {
    test(`refuses ${what}`, async () => {
      spoil(receiver);
      const { status, body } = await subscribe();
      expect([status, body.error.code]).toEqual([400, 'ValidationError']);
      expect(body.error.message).toMatch(message);
      expect((await graph('GET', '/subscriptions')).body.value).toEqual([]);
    });
  }

  test('gives a receiver ten seconds', async () => {
    receiver.shake = () => {};
    const start = performance.now();
    const { status, body } = await subscribe();
    expect([status, body.error.message]).toEqual([400, 'Subscription validation request timed out.']);
    expect(performance.now() - start).toBeGreaterThan(9_900);
  });

  test('is abandoned by a reset, and leaves nothing behind', async () => {
    receiver.shake = () => {};
    const pending = subscribe().catch(() => 'cut');
    await until(() => receiver.handshakes.length > 0);
    await emulator.control.reset();
    expect(await pending).toBe('cut');
    expect(emulator.control.subscriptions()).toEqual([]);
  });
});

describe('refuses', () => {
  const cases: Record<string, [object, number]> = {
    'an http receiver elsewhere': [{ notificationUrl: 'http://example.com/hook' }, 400],
    'an http lifecycle receiver elsewhere': [{ lifecycleNotificationUrl: 'http://example.com/hook' }, 400],
    'no URL at all': [{ notificationUrl: 'hook' }, 400],
    'another change type': [{ changeType: 'created' }, 400],
    'a life of more than 42,300 minutes': [{ expirationDateTime: inMinutes(42_310) }, 400],
    'a life that is over': [{ expirationDateTime: inMinutes(-1) }, 400],
    'no expiry': [{ expirationDateTime: undefined }, 400],
    'a clientState of more than 128 characters': [{ clientState: 'x'.repeat(129) }, 400],
    'a file': [{ resource: '/me/drive/root:/x.txt' }, 400],
    'a folder of a work drive': [{ resource: '/me/drive/root:/A' }, 400],
    'an item that is not there': [{ resource: '/me/drive/root:/none' }, 404],
    'somebody else’s mail': [{ resource: '/me/messages' }, 501],
    'content in notifications': [{ includeResourceData: true }, 400],
    'what it would not obey': [{ notificationQueryOptions: '$select=id' }, 501],
  };
  for (const [what, [changes, status]] of Object.entries(cases)) {
    test(what, async () => {
      await put('x.txt');
      await put('A/y.txt');
      expect((await subscribe(changes)).status).toBe(status);
      expect(receiver.handshakes).toEqual([]);
    });
  }

  test('subscriptions of others, as if they were not there', async () => {
    const { body } = await subscribe();
    const bob = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
    for (const method of ['GET', 'DELETE']) {
      expect((await bob(method, `/subscriptions/${body.id}`)).status).toBe(404);
    }
    expect((await bob('GET', '/subscriptions')).body.value).toEqual([]);
  });

  test('the work drive of somebody whose token lacks Files.ReadWrite.All', async () => {
    const visit = await connect(emulator, 'bob@hospital.example', { scope: 'openid Files.ReadWrite' });
    const { body } = await redeem(emulator, paramsOf(visit).get('code'));
    expect((await graphFor(emulator, body.access_token)('POST', '/subscriptions', order())).status).toBe(403);
  });
});

describe('notifications', () => {
  test('say that something changed, once for changes that come together', async () => {
    const { body } = await subscribe();
    await Promise.all([put('a.txt'), put('b.txt'), put('c.txt')]);
    const { contentType, body: notification } = await receiver.next();
    expect(contentType).toMatch(/^application\/json/);
    expect(notification).toEqual({
      value: [
        {
          subscriptionId: body.id,
          subscriptionExpirationDateTime: body.expirationDateTime,
          clientState: 'a state',
          changeType: 'updated',
          resource: 'me/drive/root',
          tenantId: TENANT_ID,
          resourceData: { '@odata.type': '#Microsoft.Graph.DriveItem' },
        },
      ],
    });
    await until(() => stateOf(body.id)?.delivered === 1);
    expect(receiver.unread).toBe(0);
    expect(stateOf(body.id)).toMatchObject({
      failed: 0,
      slow: 0,
      dropped: 0,
      waiting: 0,
      user: 'ann@hospital.example',
    });
  });

  test('come for saves in an editor and for what SharePoint does by itself', async () => {
    const { body: item } = await put('x.txt');
    await subscribe();
    const ref = { driveId: item.parentReference.driveId, itemId: item.id };
    await emulator.control.changeItem(ref, { save: { by: 'bob@hospital.example', contentBase64: 'eA==' } });
    expect((await receiver.next()).body.value).toHaveLength(1);
  });

  test('are tried again with longer and longer pauses, and given up after four hours', async () => {
    const { body } = await subscribe({ expirationDateTime: inMinutes(10_000) });
    receiver.take = (response) => response.writeHead(500).end();
    await put('a.txt');
    await receiver.next();
    await until(() => stateOf(body.id)?.failed === 1);
    emulator.control.advanceClock(1.1);
    await receiver.next();
    await until(() => stateOf(body.id)?.failed === 2);
    emulator.control.advanceClock(4 * 3600);
    await receiver.next();
    await until(() => stateOf(body.id)?.dropped === 1);
    expect(stateOf(body.id)).toMatchObject({ failed: 3, waiting: 0 });
  });

  test('a receiver that recovers is told at the next attempt, and of later changes too', async () => {
    const { body } = await subscribe({ expirationDateTime: inMinutes(10_000) });
    receiver.take = (response) => response.writeHead(503).end();
    await put('a.txt');
    await receiver.next();
    await until(() => stateOf(body.id)?.failed === 1);
    receiver.take = (response) => response.writeHead(200).end();
    emulator.control.advanceClock(2);
    await receiver.next();
    await until(() => stateOf(body.id)?.delivered === 1);
    await put('b.txt');
    await receiver.next();
    await until(() => stateOf(body.id)?.delivered === 2);
  });

  test('a receiver that needs more than three seconds gets it again', async () => {
    const { body } = await subscribe();
    receiver.take = () => {};
    await put('a.txt');
    await receiver.next();
    await until(() => stateOf(body.id)?.slow === 1);
    receiver.take = (response) => response.writeHead(202).end();
    emulator.control.advanceClock(2);
    await receiver.next();
    await until(() => stateOf(body.id)?.delivered === 1);
  });

  test('end with the subscription: at its expiry by the emulator’s clock, without a word', async () => {
    const { body } = await subscribe({ expirationDateTime: inMinutes(30) });
    emulator.control.advanceClock(29 * 60);
    expect((await graph('GET', `/subscriptions/${body.id}`)).status).toBe(200);
    emulator.control.advanceClock(61);
    expect((await graph('GET', `/subscriptions/${body.id}`)).status).toBe(404);
    const later = new Date(Date.now() + 90 * 60_000).toISOString();
    await subscribe({ clientState: 'the second', expirationDateTime: later });
    await put('a.txt');
    expect((await receiver.next()).body.value[0].clientState).toBe('the second');
    expect(receiver.unread).toBe(0);
  });

  test('any folder of a personal drive can be watched, and only what is in it is told', async () => {
    await emulator.close();
    emulator = await startTestEmulator({ config: personalConfig() });
    graph = graphFor(emulator, await personalToken(emulator));
    await put('A/deep/x.txt');
    await subscribe({ resource: '/me/drive/root:/A', clientState: 'in A' });
    await subscribe({ resource: '/me/drive/root', clientState: 'all' });
    await put('B/y.txt');
    expect((await receiver.next()).body.value[0].clientState).toBe('all');
    await put('A/deep/z.txt');
    const states = [
      (await receiver.next()).body.value[0].clientState,
      (await receiver.next()).body.value[0].clientState,
    ];
    expect(states.sort()).toEqual(['all', 'in A']);
  });
});

test('lifecycle notifications go to their own URL; after subscriptionRemoved the subscription is gone', async () => {
  const { body } = await subscribe({ lifecycleNotificationUrl: receiver.url });
  for (const lifecycleEvent of ['reauthorizationRequired', 'missed', 'subscriptionRemoved'] as const) {
    const response = await fetch(`${emulator.url}/_emulator/subscriptions/${body.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lifecycleEvent }),
    });
    expect(response.status).toBe(200);
    expect((await receiver.next()).body).toEqual({
      value: [
        {
          subscriptionId: body.id,
          subscriptionExpirationDateTime: body.expirationDateTime,
          tenantId: TENANT_ID,
          clientState: 'a state',
          lifecycleEvent,
        },
      ],
    });
  }
  expect((await graph('GET', `/subscriptions/${body.id}`)).status).toBe(404);
  expect(() => emulator.control.changeSubscription(body.id, { lifecycleEvent: 'missed' })).toThrow('no subscription');
});

test('with a data folder a subscription and what was not delivered yet survive a restart', async () => {
  await emulator.close();
  const dataDir = mkdtempSync(join(tmpdir(), 'emulator-data-'));
  try {
    emulator = await startTestEmulator({ dataDir });
    graph = graphFor(emulator, (await tokensFor(emulator)).access);
    const { body } = await subscribe();
    receiver.take = (response) => response.writeHead(500).end();
    await put('a.txt');
    await receiver.next();
    await emulator.close();
    receiver.take = (response) => response.writeHead(202).end();
    emulator = await startTestEmulator({ dataDir });
    emulator.control.advanceClock(2);
    expect((await receiver.next()).body.value[0].subscriptionId).toBe(body.id);
  } finally {
    await emulator.close();
    await rm(dataDir, { recursive: true });
  }
});
