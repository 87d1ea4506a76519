/**
 * The path if it leads to a page of ours, else undefined. An address that comes in a query is the sender's word:
 * `//evil.example`, `/\evil.example` and `javascript:` would all leave the site.
 */
export function localPath(value: string | null | undefined): string | undefined {
  if (!value?.startsWith('/') || /[\\\p{Cc}]/u.test(value)) return undefined;
  const anywhere = 'http://here.invalid';
  const address = URL.canParse(value, anywhere) ? new URL(value, anywhere) : undefined;
  if (address?.origin !== anywhere || address.pathname.startsWith('//')) return undefined;
  return address.pathname + address.search + address.hash;
}
