import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FaultOrder } from 'microsoft365-emulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  deleteItem,
  downloadContent,
  findByPath,
  type GraphError,
  getItem,
  isSettled,
  isTrustedFileUrl,
  newFolderKey,
  openWorkingCopy,
  readAccount,
  refreshConnection,
  uploadNew,
} from '../src/index.ts';
import { CERTIFICATE_PEM, PRIVATE_KEY_PEM } from './certificate.ts';
import { APPLICATION, AUTHOR, CLIENT_ID, type Emulated, startEmulated, TENANT_ID } from './emulated.ts';

let emulated: Emulated;
beforeEach(async () => {
  emulated = await startEmulated();
});
afterEach(() => emulated.close());

const content = (words = 'hello world') => ({
  stream: () => Readable.from([Buffer.from(words)]),
  size: words.length,
  contentType: 'text/plain',
});
const PATH = ['MEGDocs', 'abcdefghij23', "it's #1 100%.txt"];
const arm = (method: string, path: string, fault: FaultOrder['fault']) =>
  emulated.emulator.control.addFault({ match: { method, path }, fault });
const graphCalls = () => emulated.emulator.control.requests(0).filter(({ path }) => path.startsWith('/v1.0'));

describe('connecting', () => {
  test('C3, C5: a person signs in, consents and is connected by tid and oid', async () => {
    const account = await emulated.connect();
    expect(account).toMatchObject({ tid: TENANT_ID, name: 'Ada Author', address: AUTHOR.address, missingScopes: [] });
    expect(account.tokens.expiresInSeconds).toBeGreaterThan(3000);
    expect(account.tokens.refreshToken).toBeTruthy();
  });

  test('at a single tenant it works the same', async () => {
    const app = emulated.app({ tenant: TENANT_ID });
    await expect(emulated.connect({ app })).resolves.toMatchObject({ tid: TENANT_ID });
  });

  test('S23: declining is told apart', async () => {
    const declining = emulated.connect({ person: { ...AUTHOR, consent: 'cancel' } });
    await expect(declining).rejects.toMatchObject({ kind: 'declined', code: 'consent_declined', aadsts: 65004 });
  });

  test("R15: a wrong secret is the app's", async () => {
    const app = emulated.app({ credential: { kind: 'secret', secret: 'wrong' } });
    await expect(emulated.connect({ app })).rejects.toMatchObject({
      kind: 'app',
      code: 'client_credential_refused',
      aadsts: 7000215,
    });
  });

  test('S29: a certificate takes the place of the secret', async () => {
    await emulated.close();
    emulated = await startEmulated({
      applications: [{ ...APPLICATION, secrets: [], certificates: [{ pem: CERTIFICATE_PEM }] }],
    });
    const app = emulated.app({
      credential: { kind: 'certificate', certificatePem: CERTIFICATE_PEM, privateKeyPem: PRIVATE_KEY_PEM },
    });
    await expect(emulated.connect({ app })).resolves.toMatchObject({ tid: TENANT_ID });
  });

  test('R15: an expired secret is named by its own number', async () => {
    const { tokens } = await emulated.connect();
    emulated.emulator.control.changeApplication(CLIENT_ID, { expireSecrets: true });
    await expect(refreshConnection(emulated.app(), tokens.refreshToken ?? '')).rejects.toMatchObject({
      kind: 'app',
      aadsts: 7000222,
    });
  });

  test('a refresh brings new tokens; a revoked session is for the person to mend', async () => {
    const { tokens } = await emulated.connect();
    const renewed = await refreshConnection(emulated.app(), tokens.refreshToken ?? '');
    expect(renewed.accessToken).not.toBe(tokens.accessToken);
    emulated.emulator.control.changeUser(AUTHOR.address, { revokeSessions: true });
    await expect(refreshConnection(emulated.app(), renewed.refreshToken ?? '')).rejects.toMatchObject({
      kind: 'user',
      code: 'grant_refused',
    });
  });

  test('C14: the account says its name and organisation', async () => {
    const { graph } = await emulated.open();
    await expect(readAccount(graph)).resolves.toEqual({
      name: 'Ada Author',
      address: AUTHOR.address,
      organisation: "St Mary's Hospital",
    });
  });
});

describe('the vault', () => {
  test('B28: a call after the token expired goes through, with one refresh', async () => {
    const { graph, store, id } = await emulated.open();
    const { version = 0 } = (await store.read(id)) ?? {};
    emulated.advance(2 * 3600);
    await Promise.all([graph.request('GET', '/me'), graph.request('GET', '/me'), graph.request('GET', '/me')]);
    expect((await store.read(id))?.version).toBe(version + 1);
  });

  test('R20: consent that was withdrawn ends in "reconnect needed"', async () => {
    const { graph, store, id } = await emulated.open();
    emulated.emulator.control.changeUser(AUTHOR.address, { revokeSessions: true });
    emulated.advance(2 * 3600);
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'reconnect_needed' });
    expect((await store.read(id))?.status).toBe('reconnect_needed');
  });

  test('R03: a rotation whose answer was lost is repeated', async () => {
    const { graph } = await emulated.open();
    emulated.advance(2 * 3600);
    arm('POST', '/token$', { drop: 'after' });
    await expect(graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
  });

  test('R04: with strict rotation that loss is named', async () => {
    await emulated.close();
    emulated = await startEmulated({ behaviour: { rotation: 'strict' } });
    const { graph } = await emulated.open();
    emulated.advance(2 * 3600);
    arm('POST', '/token$', { drop: 'after' });
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({
      reason: 'reconnect_needed',
      cause: { code: 'rotation_lost' },
    });
  });

  test('R17: a refresh without a refresh token keeps the stored one', async () => {
    const { graph } = await emulated.open();
    for (let round = 0; round < 2; round++) {
      emulated.advance(2 * 3600);
      arm('POST', '/token$', { omitRefreshToken: true });
      await expect(graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
    }
  });
});

describe('a file', () => {
  test('E2: goes up in one call, folders included, and comes back as it went', async () => {
    const { graph } = await emulated.open();
    const item = await uploadNew(graph, PATH, content());
    expect(graphCalls()).toHaveLength(1);
    expect(isTrustedFileUrl(item.webUrl, graph.endpoints)).toBe(true);
    expect(await getItem(graph, item)).toMatchObject({ name: PATH[2], itemId: item.itemId, size: 11 });
    expect(await findByPath(graph, PATH)).toMatchObject({ itemId: item.itemId });
    expect(await text(await downloadContent(graph, item))).toBe('hello world');
    const read = await getItem(graph, item);
    expect(await text(await downloadContent(graph, read))).toBe('hello world');
    const leaked = emulated.emulator.control.requests(0).filter((call) => call.origin === 'content' && call.bearer);
    expect(leaked).toEqual([]);
  });

  test('is deleted only as it was read; gone is deleted', async () => {
    const { graph } = await emulated.open();
    const item = await uploadNew(graph, PATH, content());
    await expect(
      deleteItem(graph, item, { ifMatch: '"{00000000-0000-0000-0000-000000000000},1"' }),
    ).rejects.toMatchObject({
      kind: 'changed',
      status: 412,
    });
    const { eTag } = await getItem(graph, item);
    await deleteItem(graph, item, { ifMatch: eTag });
    await deleteItem(graph, item, { ifMatch: eTag });
    expect(await findByPath(graph, PATH)).toBeUndefined();
  });

  test('that is open in Word is locked for deleting, not for reading', async () => {
    const { graph } = await emulated.open();
    const item = await uploadNew(graph, PATH, content());
    await emulated.emulator.control.changeItem(item, { open: AUTHOR.address });
    const { eTag } = await getItem(graph, item);
    await expect(deleteItem(graph, item, { ifMatch: eTag })).rejects.toMatchObject({ kind: 'locked', status: 423 });
    expect(await text(await downloadContent(graph, item))).toBe('hello world');
    await emulated.emulator.control.changeItem(item, { close: AUTHOR.address });
    await deleteItem(graph, item, { ifMatch: (await getItem(graph, item)).eTag });
  });

  test('under a taken name is a conflict', async () => {
    const { graph } = await emulated.open();
    const first = await uploadNew(graph, PATH, content());
    await expect(uploadNew(graph, PATH, content('other'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(await text(await downloadContent(graph, first))).toBe('hello world');
  });

  test('that is throttled goes up when it was told to, never early', async () => {
    const { graph } = await emulated.open();
    arm('PUT', '/content$', { throttle: { retryAfter: '1.128' } });
    await uploadNew(graph, PATH, content());
    expect(emulated.emulator.control.faults()[0]).toMatchObject({ fired: 1, earlyReturns: 0 });
  });

  test('a full drive is said to be full', async () => {
    const { graph } = await emulated.open();
    emulated.emulator.control.changeUser(AUTHOR.address, { quotaBytes: 5 });
    await expect(uploadNew(graph, PATH, content())).rejects.toMatchObject({ kind: 'full', status: 507 });
  });

  test('cannot go up without a OneDrive', async () => {
    const { graph } = await emulated.open();
    emulated.emulator.control.changeUser(AUTHOR.address, { oneDrive: false });
    await expect(uploadNew(graph, PATH, content())).rejects.toMatchObject({ name: 'GraphError' });
  });

  test('whose download breaks off fails as unavailable', async () => {
    const { graph } = await emulated.open();
    const item = await uploadNew(graph, PATH, content());
    emulated.emulator.control.addFault({ match: { origin: 'content' }, fault: { truncateBody: 4 } });
    const download = async () => text(await downloadContent(graph, await getItem(graph, item)));
    const error = await download().then(
      () => undefined,
      (thrown: GraphError) => thrown,
    );
    expect(error).toMatchObject({ name: 'GraphError', kind: 'unavailable' });
  });
});

describe('a working copy', () => {
  const request = (folderKey: string, since: Date) => ({
    folderKey,
    realName: 'Hand hygiene.docx',
    content: content(),
    since,
    now: () => new Date(),
    isHeldByOther: () => false,
  });
  const newKey = () => newFolderKey((count) => crypto.getRandomValues(new Uint8Array(count)));

  test('E2: is opened with one call', async () => {
    const { graph } = await emulated.open();
    const item = await openWorkingCopy(graph, request(newKey(), new Date()));
    expect(item.name).toBe('Hand hygiene.docx');
    expect(graphCalls().map(({ method }) => method)).toEqual(['PUT']);
  });

  test('whose answer was lost is adopted, not made twice', async () => {
    const { graph } = await emulated.open();
    arm('PUT', '/content$', { drop: 'after' });
    const key = newKey();
    const item = await openWorkingCopy(graph, request(key, new Date()));
    expect(graphCalls().map(({ method }) => method)).toEqual(['PUT', 'GET']);
    expect(await findByPath(graph, ['MEGDocs', key, 'Hand hygiene.docx'])).toMatchObject({ itemId: item.itemId });
  });

  test('whose call was cut before it took effect is made again', async () => {
    const { graph } = await emulated.open();
    arm('PUT', '/content$', { drop: 'before' });
    await expect(openWorkingCopy(graph, request(newKey(), new Date()))).resolves.toMatchObject({ size: 11 });
  });

  test('E6: settles when Microsoft has been quiet', async () => {
    const { graph } = await emulated.open();
    const first = await openWorkingCopy(graph, request(newKey(), new Date()));
    expect(isSettled(undefined, await getItem(graph, first))).toMatchObject({ settled: false });
    emulated.advance(12);
    const second = await getItem(graph, first);
    emulated.advance(3);
    expect(isSettled(second, await getItem(graph, first))).toEqual({ settled: true });
  });
});
