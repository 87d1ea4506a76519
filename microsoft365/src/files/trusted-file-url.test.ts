import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTrustedFileUrl, type MicrosoftEndpoints, microsoftEndpoints } from '../index.ts';

const real = microsoftEndpoints('global');
const local: MicrosoftEndpoints = {
  loginUrl: 'http://127.0.0.1:4365',
  graphUrl: 'http://127.0.0.1:4365',
  fileHosts: ['127.0.0.1:4366', '.files.example', '*.tenant.example:8443'],
};

test("Microsoft's own addresses are trusted", () => {
  for (const url of [
    'https://stmarys-my.sharepoint.com/:w:/r/personal/a/_layouts/15/Doc.aspx?sourcedoc=%7B1%7D&action=default',
    'https://onedrive.live.com/edit.aspx?resid=1',
    'https://1drv.ms/w/s!abc',
    'https://STMARYS.SHAREPOINT.COM/x',
    'https://stmarys.sharepoint.com:443/x',
  ]) {
    expect(isTrustedFileUrl(url, real), url).toBe(true);
  }
});

test('hostile addresses are not', () => {
  for (const url of [
    'http://stmarys.sharepoint.com/x',
    'https://sharepoint.com/x',
    'https://evilsharepoint.com/x',
    'https://stmarys.sharepoint.com.evil.example/x',
    'https://evil.example/stmarys.sharepoint.com',
    'https://stmarys.sharepoint.com@evil.example/',
    'https://user:pass@stmarys.sharepoint.com/',
    'https://user@stmarys.sharepoint.com/',
    'https://stmarys.sharepoint.com:8443/x',
    'https://stmarys.sharepoint.com./x',
    'https://evil.example\\.sharepoint.com/',
    'https://evil.example#.sharepoint.com',
    'https://evil.example?.sharepoint.com',
    'https://127.0.0.1/x',
    'http://127.0.0.1:4366/x',
    '//stmarys.sharepoint.com/x',
    'javascript:alert(1)//.sharepoint.com',
    'data:text/html,.sharepoint.com',
    'ftp://stmarys.sharepoint.com/',
    'ms-word:ofe|u|https://stmarys.sharepoint.com/x.docx',
    '',
    ' ',
    'https://',
  ]) {
    expect(isTrustedFileUrl(url, real), url).toBe(false);
  }
});

test('plain http counts on loopback only, and only where Graph is loopback too', () => {
  expect(isTrustedFileUrl('http://127.0.0.1:4366/edit/1', local)).toBe(true);
  expect(isTrustedFileUrl('http://a.files.example/x', local)).toBe(false);
  expect(isTrustedFileUrl('http://127.0.0.1:4366/x', { ...local, graphUrl: real.graphUrl })).toBe(false);
});

test('ports and sub-domains are matched as they are written', () => {
  expect(isTrustedFileUrl('http://127.0.0.1:4367/x', local)).toBe(false);
  expect(isTrustedFileUrl('http://127.0.0.1/x', local)).toBe(false);
  expect(isTrustedFileUrl('https://a.b.files.example/x', local)).toBe(true);
  expect(isTrustedFileUrl('https://files.example/x', local)).toBe(false);
  expect(isTrustedFileUrl('https://a.tenant.example:8443/x', local)).toBe(true);
  expect(isTrustedFileUrl('https://a.tenant.example/x', local)).toBe(false);
});

test("Graph's own host counts for downloads only", () => {
  expect(isTrustedFileUrl(`${local.graphUrl}/v1.0/x`, local)).toBe(false);
  expect(isTrustedFileUrl(`${local.graphUrl}/v1.0/x`, local, { orGraph: true })).toBe(true);
});

test('an entry that is empty or a bare star trusts nobody', () => {
  const endpoints = { ...real, fileHosts: ['', '*', ' '] };
  expect(isTrustedFileUrl('https://evil.example/', endpoints)).toBe(false);
});

test('whatever is trusted is https at a host that ends in a listed one', () => {
  const noise = fc.stringMatching(/^[a-z0-9@:/\\?#.%\- ]{0,12}$/);
  const address = fc.tuple(fc.constantFrom('https://', 'http://', 'https:', '//'), noise, noise, noise);
  fc.assert(
    fc.property(address, ([scheme, a, b, c]) => {
      const url = `${scheme}${a}.sharepoint.com${b}evil.example${c}`;
      if (!isTrustedFileUrl(url, real)) return;
      const { protocol, hostname, port, username } = new URL(url);
      expect([protocol, port, username]).toEqual(['https:', '', '']);
      expect(hostname.endsWith('.sharepoint.com')).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
