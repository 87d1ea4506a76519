import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LoopbackAuthority, startLoopbackAuthority } from '../../test/loopback-authority.ts';
import { finishConnection, refreshConnection, startConnection } from '../index.ts';

const SOURCES = join(import.meta.dirname, '..');

function readSources(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
}

test('S66: the code knows no implicit and no password grant, and asks for no response but a code', () => {
  const sources = readSources();
  expect(sources.length).toBeGreaterThan(40);
  const all = sources.join('\n');
  const requests = [...all.matchAll(/oauth\.(\w+Request)\b/g)].map(([, name]) => name);
  expect([...new Set(requests)].sort()).toEqual([
    'authorizationCodeGrantRequest',
    'clientCredentialsGrantRequest',
    'refreshTokenGrantRequest',
    'revocationRequest',
  ]);
  expect(new Set(all.match(/response_type: '[^']*'/g))).toEqual(new Set(["response_type: 'code'"]));
  expect(all).not.toMatch(/['"`](password|implicit|token id_token|id_token token|code token|code id_token)['"`]/);
});

test('S66: nor does it send another', async () => {
  const authority: LoopbackAuthority = await startLoopbackAuthority();
  const app = authority.app();
  const started = await startConnection(app, { prompt: 'select_account' });
  authority.nonce = started.nonce;
  const callback = new URLSearchParams({ code: 'c', state: started.state });
  await finishConnection(app, callback, { ...started, redirectUri: app.redirectUri });
  await refreshConnection(app, 'canary');
  expect(started.url.searchParams.get('response_type')).toBe('code');
  const sent = authority.tokenRequests();
  expect(sent.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
  expect(sent.some((form) => form.has('username') || form.has('password'))).toBe(false);
  await authority.close();
});
