import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigProblems, readConfig } from '../../src/config.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
const SAFE = { TOKEN_KEYS: `k1:${KEY}` };
const CLIENT = { MICROSOFT_CLIENT_ID: '11111111-1111-4111-8111-111111111111', MICROSOFT_CLIENT_SECRET: 'secret' };

function problemsOf(variables: Record<string, string>, demo = false): string[] {
  try {
    readConfig({ ...SAFE, ...variables }, { demo });
    return [];
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems;
    throw error;
  }
}

describe('what production refuses', () => {
  const REFUSED: [string, Record<string, string>, RegExp][] = [
    ['a port that is a word', { PORT: 'abc' }, /^PORT must be a port/],
    ['a port beyond all ports', { PORT: '70000' }, /^PORT must be a port/],
    ['a port of blanks', { PORT: ' ' }, /^PORT must be a port/],
    ['S36: no key', { TOKEN_KEYS: '' }, /^TOKEN_KEYS is missing.*openssl rand/],
    ['S36: a demo key', { TOKEN_KEYS: `demo:${KEY}` }, /demo key.*openssl rand/],
    ['S36: a demo key behind another', { TOKEN_KEYS: `k1:${KEY}, demo2:${KEY}` }, /demo key/],
    ['S36: a key that is too short', { TOKEN_KEYS: 'k1:c2hvcnQ=' }, /^TOKEN_KEYS: key 1 .*32 bytes/],
    [
      'a proxy without its protocol',
      { HTTPS_PROXY: 'proxy.hospital.example:8080' },
      /^HTTPS_PROXY must begin with http/,
    ],
    [
      'addresses where names of hosts are wanted',
      { ...CLIENT, MICROSOFT_FILE_HOSTS: 'https://hospital.sharepoint.com' },
      /^MICROSOFT_FILE_HOSTS holds https:.*names of hosts/,
    ],
    [
      'a secret in quotation marks',
      { ...CLIENT, MICROSOFT_CLIENT_SECRET: '"se~cret"' },
      /^MICROSOFT_CLIENT_SECRET is in quotation/,
    ],
    [
      'a secret with a blank',
      { ...CLIENT, MICROSOFT_CLIENT_SECRET: 'se~cret ' },
      /^MICROSOFT_CLIENT_SECRET holds a blank/,
    ],
    ['S08: http off this machine', { PUBLIC_URL: 'http://docs.hospital.example' }, /must be https/],
    ['S08: another protocol', { PUBLIC_URL: 'ftp://localhost' }, /^PUBLIC_URL must be an address/],
    ['S08: an address with a password', { PUBLIC_URL: 'https://me:secret@docs.hospital.example' }, /without a path/],
    ['plain http for other machines', { HOST: '0.0.0.0' }, /^HOST is 0\.0\.0\.0.*https/],
    ['two addresses', { PUBLIC_URL: 'https://a.example', SUBDOMAIN: 'b' }, /disagree\. Set one of them/],
    ['S60: a proxy that is no address', { TRUSTED_PROXIES: 'proxy.local' }, /^TRUSTED_PROXIES holds proxy\.local/],
    ['S60: everybody as a proxy', { TRUSTED_PROXIES: '0.0.0.0/0' }, /^TRUSTED_PROXIES/],
    ['a client id without credential', { ...CLIENT, MICROSOFT_CLIENT_SECRET: '' }, /no credential: set/],
    ['two credentials', { ...CLIENT, MICROSOFT_CERTIFICATE_FILE: '/x' }, /both set\. Keep one/],
    ['S08: a callback elsewhere', { ...CLIENT, MICROSOFT_REDIRECT_URI: 'https://evil.example/' }, /does not lie under/],
    [
      'S08: a callback at another path',
      { ...CLIENT, MICROSOFT_REDIRECT_URI: 'http://localhost:3000/x' },
      /must end in/,
    ],
    ['Microsoft over http', { ...CLIENT, MICROSOFT_LOGIN_URL: 'http://login.example' }, /must be https/],
    ['another database', { DATABASE_URL: 'mysql://root:hunter2@x' }, /must begin with postgres/],
    ['a file that is not there', { TOKEN_KEYS_FILE: '/nowhere/key' }, /^TOKEN_KEYS_FILE names \/nowhere\/key/],
    ['documents without bound', { MAX_DOCUMENT_MB: '1000' }, /250 at most/],
  ];
  it.each(REFUSED)('%s, in one sentence that says what to do', (_, variables, words) => {
    const problems = problemsOf(variables);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });

  it('everything that is wrong is told together, and no secret with it', () => {
    const secret = 'hunter2-hunter2';
    const problems = problemsOf({
      PORT: 'x',
      LOG_LEVEL: 'loud',
      TOKEN_KEYS: `k1:${secret}`,
      DATABASE_URL: `mysql://root:${secret}@db`,
      PUBLIC_URL: 'http://docs.hospital.example',
    });
    expect(problems).toHaveLength(5);
    expect(problems.join(' ')).not.toContain(secret);
  });

  it('what looks alike and is safe is taken', () => {
    const taken: Record<string, string>[] = [
      { HOST: '0.0.0.0', PUBLIC_URL: 'https://docs.hospital.example', TRUSTED_PROXIES: '10.0.0.0/8, ::1, loopback' },
      { PUBLIC_URL: 'https://auditsa.megsupportools.com', SUBDOMAIN: 'a' },
      { ...CLIENT, MICROSOFT_REDIRECT_URI: 'http://localhost:3000/auth/oauth2/microsoft/callback' },
      { PUBLIC_URL: '', PORT: '', HOST: '', TRUSTED_PROXIES: '' },
    ];
    for (const variables of taken) expect(problemsOf(variables)).toEqual([]);
  });

  it('a secret is read from the file that its name with _FILE gives, without its last line break', () => {
    const folder = mkdtempSync(join(tmpdir(), 'megdocs-config-'));
    writeFileSync(join(folder, 'keys'), `file:${KEY}\n`);
    const config = readConfig({ TOKEN_KEYS_FILE: join(folder, 'keys') }, { demo: false });
    rmSync(folder, { recursive: true });
    expect(config.tokenKeys).toBe(`file:${KEY}`);
  });
});
