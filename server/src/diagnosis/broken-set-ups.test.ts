import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people } from '@megdocs/fixtures';
import type { Emulator } from 'microsoft365-emulator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { examine, newKey, PUBLIC_URL, SECRET, type SetUp, TENANT_ID } from '../../test/broken-scene.ts';
import { makeCertificate } from '../../test/certificates.ts';
import { type ConnectingScene, connectingScene } from '../../test/connecting-scene.ts';
import { startMailBox } from '../../test/mail-box.ts';
import { startTlsServer, type TlsServer } from '../../test/tls-server.ts';

const CALLBACK = '/auth/oauth2/microsoft/callback';
const good = makeCertificate();
const other = makeCertificate();
const expired = makeCertificate({ days: -1 });
const elliptic = makeCertificate({ curve: 'prime256v1' });
const empty = join(mkdtempSync(join(tmpdir(), 'megdocs-doctor-')), 'empty.pem');
writeFileSync(empty, '\n');
const onDay = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const byCertificate = ({ certificateFile, keyFile } = good) => ({
  MICROSOFT_CLIENT_SECRET: '',
  MICROSOFT_CERTIFICATE_FILE: certificateFile,
  MICROSOFT_PRIVATE_KEY_FILE: keyFile,
});
const atToken = (aadsts: number) => (emulator: Emulator) =>
  void emulator.control.addFault({ match: { path: '/oauth2/v2\\.0/token$' }, times: 20, fault: { aadsts } });

/** The server whose people are connected; set-ups that need nobody have an emulator of their own. */
let scene: ConnectingScene;
let inspecting: TlsServer;

beforeAll(async () => {
  scene = await connectingScene({ MICROSOFT_TENANT: TENANT_ID });
  await scene.connect(await scene.server.signIn('author'), people.author);
  inspecting = await startTlsServer();
});
afterAll(async () => {
  await scene.close();
  await inspecting.close();
});
afterEach(() => {
  scene.emulator.control.clearFaults();
  scene.emulator.control.changeUser(people.author.email, { oneDrive: true });
});

/** Nothing is broken yet. */
const WARNINGS = new Set(['secret_expires_outdated', 'credential_expires_soon']);

describe('C15: of a broken set-up the right cause is named first', () => {
  const alone: [string, SetUp, string][] = [
    ['client id missing', { environment: { MICROSOFT_CLIENT_ID: '' } }, 'client_id_missing'],
    [
      'nothing of Microsoft set',
      { environment: { MICROSOFT_CLIENT_ID: '', MICROSOFT_CLIENT_SECRET: '' } },
      'client_id_missing',
    ],
    ['client id not a GUID', { environment: { MICROSOFT_CLIENT_ID: 'MEGDocs' } }, 'client_id_not_a_guid'],
    [
      'the secret’s ID pasted instead of its value',
      { environment: { MICROSOFT_CLIENT_SECRET: '0f0f0f0f-1111-4222-8333-444444444444' } },
      'AADSTS7000215',
    ],
    ['a wrong secret', { environment: { MICROSOFT_CLIENT_SECRET: 'another~value' } }, 'AADSTS7000215'],
    [
      'secret expired',
      { registration: { secrets: [{ value: SECRET, expiresAt: '2020-01-01T00:00:00Z' }] } },
      'AADSTS7000222',
    ],
    [
      'secret expired, as the environment says, and Microsoft too',
      {
        environment: { MICROSOFT_CLIENT_SECRET_EXPIRES: '2020-01-01' },
        registration: { secrets: [{ value: SECRET, expiresAt: '2020-01-01T00:00:00Z' }] },
      },
      'AADSTS7000222',
    ],
    [
      'a date of the secret that nobody renewed with it',
      { environment: { MICROSOFT_CLIENT_SECRET_EXPIRES: '2020-01-01' } },
      'secret_expires_outdated',
    ],
    [
      'the last day of the secret',
      { environment: { MICROSOFT_CLIENT_SECRET_EXPIRES: onDay(0) } },
      'credential_expires_soon',
    ],
    [
      'an empty certificate file',
      { environment: byCertificate({ ...good, certificateFile: empty }) },
      'file_unreadable',
    ],
    ['a certificate without its key', { environment: byCertificate({ ...good, keyFile: '' }) }, 'credential_missing'],
    ['a certificate that is not RSA', { environment: byCertificate(elliptic) }, 'certificate_unfit'],
    ['a token key twice', { environment: { TOKEN_KEYS: `${newKey('k1')},${newKey('k1')}` } }, 'token_keys_unusable'],
    ['a token key that is not random', { environment: { TOKEN_KEYS: `k1:${'A'.repeat(43)}=` } }, 'token_keys_unusable'],
    ['a secret in quotation marks', { environment: { MICROSOFT_CLIENT_SECRET: `"${SECRET}"` } }, 'setting_not_valid'],
    ['a proxy without http://', { environment: { HTTPS_PROXY: 'proxy.example:8080' } }, 'setting_not_valid'],
    ['whatever else would stop a start', { startRefused: 'The web pages are not built.' }, 'start_refused'],
    [
      'secret and certificate both set',
      { environment: { ...byCertificate(), MICROSOFT_CLIENT_SECRET: SECRET } },
      'two_credentials',
    ],
    [
      'certificate expired',
      { environment: byCertificate(expired), registration: { certificates: [{ pem: expired.certificatePem }] } },
      'certificate_expired',
    ],
    [
      'certificate not registered',
      { environment: byCertificate(), registration: { certificates: [{ pem: other.certificatePem }] } },
      'AADSTS700027',
    ],
    [
      'key that does not fit the certificate',
      {
        environment: byCertificate({ ...good, keyFile: other.keyFile }),
        registration: { certificates: [{ pem: good.certificatePem }] },
      },
      'key_does_not_fit',
    ],
    ['tenant unknown', { environment: { MICROSOFT_TENANT: '99999999-1111-4222-8333-444444444444' } }, 'AADSTS90002'],
    [
      'single-tenant app at organizations',
      { environment: { MICROSOFT_TENANT: 'organizations' }, registration: { signInAudience: 'AzureADMyOrg' } },
      'AADSTS50194',
    ],
    [
      'app not in the tenant',
      { environment: { MICROSOFT_CLIENT_ID: '99999999-1111-4222-8333-444444444444' } },
      'AADSTS700016',
    ],
    [
      'app disabled',
      {
        atMicrosoft: ({ control }) =>
          control.changeApplication('3e5ad2b4-7c16-4d0f-9a38-61b7f2c94d55', { disabled: true }),
      },
      'AADSTS7000112',
    ],
    [
      'redirect URI without its slash',
      { registration: { redirectUris: [`${PUBLIC_URL}${CALLBACK}`] } },
      'redirect_uri_slash',
    ],
    [
      'redirect URI with the other spelling of the domain',
      {
        environment: { PUBLIC_URL: '', SUBDOMAIN: 'uk' },
        registration: { redirectUris: [`https://auditsuk.megsupporttools.com${CALLBACK}/`] },
      },
      'redirect_uri_domain',
    ],
    ['another redirect URI', { registration: { redirectUris: ['https://elsewhere.example/'] } }, 'AADSTS50011'],
    ['no redirect URI at all', { registration: { redirectUris: [] } }, 'AADSTS500113'],
    ['platform public', { registration: { platform: 'publicClient', secrets: [] } }, 'AADSTS700025'],
    [
      'PUBLIC_URL http off loopback',
      { environment: { PUBLIC_URL: 'http://docs.hospital.example' } },
      'public_url_not_https',
    ],
    [
      'PUBLIC_URL and SUBDOMAIN that disagree',
      { environment: { PUBLIC_URL: 'https://auditsuk.megsupportools.com', SUBDOMAIN: 'ie' } },
      'public_url_disagrees',
    ],
    ['wrong cloud', { atMicrosoft: atToken(900382) }, 'AADSTS900382'],
    ['login host unreachable', { environment: { MICROSOFT_LOGIN_URL: 'http://127.0.0.1:9' } }, 'host_unreachable'],
    ['clock ten minutes ahead', { clock: { now: () => new Date(Date.now() + 600_000) } }, 'clock_off'],
    [
      'clock ten minutes behind, and a certificate that is refused for it',
      {
        clock: { now: () => new Date(Date.now() - 600_000) },
        environment: byCertificate(),
        registration: { certificates: [{ pem: good.certificatePem }] },
      },
      'clock_off',
    ],
    ['token key missing', { environment: { TOKEN_KEYS: '' } }, 'token_keys_missing'],
    ['a key id in use that is unknown', { environment: { TOKEN_KEYS: newKey('k2') } }, 'token_key_unknown'],
    [
      'no mail server where one is named',
      { environment: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'a@b.example' } },
      'mail_unreachable',
    ],
    [
      'a folder of files that can not be made',
      { environment: { BLOB_STORE: join(import.meta.dirname, 'index.ts') } },
      'files_not_writable',
    ],
  ];
  it.each(alone)('%s', async (_, setUp, code) => {
    const { toDo, ok } = await examine(scene.server, setUp);
    expect(ok).toBe(WARNINGS.has(code));
    expect(toDo.map((entry) => entry.code)).toContain(code);
    expect(toDo[0]?.code).toBe(code);
    expect(toDo[0]).toMatchObject({ followsFrom: null, remedy: expect.stringMatching(/^\w.*[^:]$/) });
  });

  it('TLS inspection by an unknown CA', async () => {
    const { toDo } = await examine(scene.server, { environment: { MICROSOFT_LOGIN_URL: inspecting.url } });
    expect(toDo[0]).toMatchObject({ code: 'tls_inspection', remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
  });

  it('a firewall’s page in the place of Graph, and of the sign-in', async () => {
    const firewall = createServer((_, response) =>
      response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Blocked by policy</h1>'),
    );
    await new Promise<void>((done) => firewall.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(firewall.address() as AddressInfo).port}`;
    for (const variable of ['MICROSOFT_GRAPH_URL', 'MICROSOFT_LOGIN_URL']) {
      const { toDo, ok } = await examine(scene.server, { environment: { [variable]: url } });
      expect(toDo[0]).toMatchObject({ code: 'block_page', remedy: expect.stringContaining('without a page') });
      expect(ok).toBe(false);
    }
    firewall.close();
  });

  it('a mail server that refuses the name or password', async () => {
    const box = await startMailBox();
    const SMTP_URL = box.url.replace(/:[^:@]+@/, ':wrong@');
    const { toDo } = await examine(scene.server, { environment: { SMTP_URL, MAIL_FROM: 'a@b.example' } });
    await box.close();
    expect(toDo[0]).toMatchObject({ code: 'mail_sign_in_refused', remedy: expect.stringContaining('SMTP_URL') });
  });

  it('everything right: nothing is found, and what nobody was named for is not called good', async () => {
    const report = await examine(scene.server, {});
    expect(report).toMatchObject({ ok: true, toDo: [] });
    const status = Object.fromEntries(report.checks.map(({ check, status: of }) => [check, of]));
    expect(status).toEqual({
      environment: 'ok',
      database: 'ok',
      'token-keys': 'ok',
      files: 'ok',
      start: 'ok',
      jobs: 'not-tested',
      network: 'ok',
      clock: 'ok',
      tenant: 'ok',
      credential: 'ok',
      registration: 'ok',
      'redirect-uri': 'ok',
      refusals: 'ok',
      connection: 'not-tested',
      drive: 'not-tested',
      mail: 'not-tested',
    });
  });
});

describe('C15: what shows only with a person', () => {
  const author = people.author.email;
  const withAuthor = (more: SetUp = {}): SetUp => ({
    user: author,
    ...more,
    environment: { MICROSOFT_CLIENT_SECRET: secretOf(scene), ...more.environment },
  });

  it('a drive that works is written to, read and left as it was', async () => {
    const { checks, toDo } = await examine(scene.server, withAuthor(), scene.emulator);
    expect(toDo).toEqual([]);
    expect(checks.find(({ check }) => check === 'drive')).toMatchObject({ status: 'ok' });
    expect(checks.find(({ check }) => check === 'connection')).toMatchObject({ status: 'ok' });
    const deleted = scene.emulator.control
      .requests()
      .some(({ method, status }) => method === 'DELETE' && status === 204);
    expect(deleted).toBe(true);
  });

  it('no OneDrive licence', async () => {
    scene.emulator.control.changeUser(author, { oneDrive: false });
    const { toDo } = await examine(scene.server, withAuthor(), scene.emulator);
    expect(toDo[0]).toMatchObject({ code: 'no_onedrive', remedy: expect.stringContaining('licence') });
  });

  it('fewer scopes granted', async () => {
    const { db } = scene.server;
    const scopes = ['User.Read', 'Files.ReadWrite.All'];
    await db
      .updateTable('oauth2_integration')
      .set({ scopes: ['User.Read'] })
      .execute();
    const { toDo } = await examine(scene.server, withAuthor(), scene.emulator);
    await db.updateTable('oauth2_integration').set({ scopes }).execute();
    expect(toDo[0]).toMatchObject({ code: 'scopes_missing', what: expect.stringContaining('Files.ReadWrite.All') });
  });

  it('no concrete tenant: the credential was proved at the last sign-in', async () => {
    const environment = { MICROSOFT_TENANT: 'organizations' };
    const { checks } = await examine(scene.server, withAuthor({ environment }), scene.emulator);
    const told = checks.find(({ check }) => check === 'registration');
    expect(told).toMatchObject({ status: 'ok', said: expect.stringContaining('proved at the last sign-in on 20') });
  });
});

/** The secret that the shared emulator knows. */
function secretOf({ server }: ConnectingScene): string {
  const credential = server.config.microsoft?.credential;
  return credential?.kind === 'secret' ? credential.secret : '';
}
