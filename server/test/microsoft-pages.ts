import { request } from 'undici';
import type { TestClient } from './client.ts';

interface Form {
  action: string;
  fields: Map<string, string>;
}

/**
 * A browser at Microsoft's pages: fills each form as a person would, until it is sent back to `returnTo`. Whoever passes
 * `cookies` is remembered there.
 */
export async function signInAtMicrosoft(
  start: string,
  account: { email: string; password: string },
  returnTo: string,
  choice: 'accept' | 'cancel' = 'accept',
  cookies = new Map<string, string>(),
): Promise<URL> {
  let url = new URL(start);
  let form: Form | undefined;
  for (let step = 0; step < 15; step++) {
    const answer = await request(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded', origin: url.origin } : {}),
      },
      ...(form ? { body: new URLSearchParams([...form.fields]).toString() } : {}),
    });
    for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    const text = await answer.body.text();
    const location = answer.headers.location;
    if (typeof location === 'string') {
      url = new URL(location, url);
      if (url.href.startsWith(returnTo)) return url;
      form = undefined;
      continue;
    }
    form = fillForm(text, account, choice);
    if (!form)
      throw new Error(
        `Microsoft's page ${url.pathname} has no form to go on with: ${answer.statusCode} ${text.replace(/<style>[^<]*<\/style>/g, '').slice(0, 2000)}`,
      );
    url = new URL(form.action, url);
  }
  throw new Error('Microsoft went round in circles');
}

function fillForm(
  html: string,
  account: { email: string; password: string },
  choice: 'accept' | 'cancel',
): Form | undefined {
  const forms = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, attributes = '', inside = '']) => ({
    attributes,
    inside,
  }));
  const wanted = choice === 'cancel' && forms.find(({ inside }) => /cancel/i.test(inside));
  const chosen = wanted || forms.find(({ inside }) => /<input|<button/i.test(inside));
  if (!chosen) return undefined;
  const fields = new Map<string, string>();
  for (const [tag] of chosen.inside.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, 'name');
    if (!name || attribute(tag, 'type') === 'submit') continue;
    fields.set(name, fieldValue(tag, account));
  }
  const buttons = [...chosen.inside.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)];
  const pattern = choice === 'cancel' ? /cancel/i : /accept|sign in|next|continue|yes/i;
  const button = buttons.find(([, , label = '']) => pattern.test(label)) ?? buttons[0];
  const name = button && attribute(button[1] ?? '', 'name');
  if (button && name) fields.set(name, attribute(button[1] ?? '', 'value') ?? '');
  return { action: decode(attribute(chosen.attributes, 'action') ?? ''), fields };
}

function fieldValue(tag: string, account: { email: string; password: string }): string {
  switch (attribute(tag, 'type')) {
    case 'password':
      return account.password;
    case 'email':
    case 'text':
      return account.email;
    default:
      return decode(attribute(tag, 'value') ?? '');
  }
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1];
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Connects the signed-in person's Microsoft account, by the pages. */
export async function connectMicrosoft(
  client: TestClient,
  account: { email: string; password: string },
): Promise<void> {
  const start = await client.postForm('/accounts/account/microsoft/connect');
  if (start.statusCode !== 303) throw new Error(`Connecting does not start: ${start.statusCode} ${start.body}`);
  const back = await signInAtMicrosoft(String(start.headers.location), account, 'http://localhost:3000/');
  const callback = await client.get(back.pathname + back.search);
  if (callback.statusCode !== 303) throw new Error(`The callback answers ${callback.statusCode} ${callback.body}`);
  const integration = await client.get('/api/integrations/microsoft');
  if (integration.json().status !== 'connected') throw new Error(`Not connected: ${integration.body}`);
}
