import { request } from 'undici';

export interface Person {
  address: string;
  password: string;
  /** What they answer when asked for consent. */
  consent?: 'accept' | 'cancel';
}

const STEP_LIMIT = 12;

/** Does in the emulator's pages what a person does in a browser; answers the query that came back to `redirectUri`. */
export async function signIn(url: URL, redirectUri: string, person: Person): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let next: { url: URL; form?: URLSearchParams } = { url };
  for (let step = 0; step < STEP_LIMIT; step++) {
    const { statusCode, headers, body } = await request(next.url, {
      method: next.form ? 'POST' : 'GET',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(next.form && { 'content-type': 'application/x-www-form-urlencoded', origin: next.url.origin }),
      },
      body: next.form?.toString(),
    });
    const html = await body.text();
    for (const cookie of [headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = [headers.location ?? []].flat()[0];
    if (location !== undefined) {
      const target = new URL(location, next.url);
      if (target.href.startsWith(redirectUri)) return target.searchParams;
      next = { url: target };
      continue;
    }
    if (statusCode !== 200) throw new Error(`${statusCode} at ${next.url.pathname}: ${html.slice(0, 2000)}`);
    next = fillIn(html, next.url, person);
  }
  throw new Error('The sign-in pages go round and round.');
}

/** Fills in the first form of a page. */
function fillIn(html: string, page: URL, person: Person): { url: URL; form: URLSearchParams } {
  const [, attributes = '', inner = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(html) ?? [];
  if (inner === '') throw new Error(`No form on ${page.pathname}: ${html.slice(0, 2000)}`);
  const form = new URLSearchParams();
  for (const [, input = ''] of inner.matchAll(/<input([^>]*)>/g)) {
    const { name, value = '', type } = readAttributes(input);
    if (name === undefined || type === 'checkbox') continue;
    if (type === 'email') form.set(name, person.address);
    else form.set(name, type === 'password' ? person.password : value);
  }
  if (inner.includes('name="decision"')) form.set('decision', person.consent ?? 'accept');
  return { url: new URL(readAttributes(attributes).action ?? '', page), form };
}

function readAttributes(text: string): Record<string, string | undefined> {
  const found = [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value = '']) => [name, unescapeHtml(value)]);
  return Object.fromEntries(found);
}

function unescapeHtml(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(#?\w+);/g, (whole, name: string) => named[name] ?? whole);
}
