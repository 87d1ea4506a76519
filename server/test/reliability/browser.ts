import type { people } from '@megdocs/fixtures';
import { request } from 'undici';
import { signInAtMicrosoft } from '../microsoft-pages.ts';
import { PUBLIC_URL } from './pair.ts';
import type { ServerProcess } from './processes.ts';

export type Person = (typeof people)[keyof typeof people];

export interface Page {
  status: number;
  location: string;
  text: string;
  headers: Record<string, string | string[] | undefined>;
}

/** A person's browser before a balancer: each request names the process that it meets. */
export class Browser {
  readonly cookies = new Map<string, string>();

  static async signIn(server: ServerProcess, who: Person): Promise<Browser> {
    const browser = new Browser();
    await browser.signIn(server, who);
    return browser;
  }

  async signIn(server: ServerProcess, { email, password }: Person): Promise<void> {
    const page = await this.post(server, '/api/session', { email, password });
    if (page.status !== 200) throw new Error(`${email} can't sign in: ${page.status} ${page.text}`);
  }

  get(server: ServerProcess, path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#send(server, 'GET', path, headers);
  }

  post(server: ServerProcess, path: string, body: object): Promise<Page> {
    return this.#send(server, 'POST', path, { 'content-type': 'application/json' }, JSON.stringify(body));
  }

  patch(server: ServerProcess, path: string, body: object): Promise<Page> {
    return this.#send(server, 'PATCH', path, { 'content-type': 'application/json' }, JSON.stringify(body));
  }

  upload(server: ServerProcess, path: string, body: Uint8Array): Promise<Page> {
    return this.#send(server, 'POST', path, { 'content-type': 'application/octet-stream' }, body);
  }

  delete(server: ServerProcess, path: string): Promise<Page> {
    return this.#send(server, 'DELETE', path, {});
  }

  postForm(server: ServerProcess, path: string, fields: Record<string, string> = {}): Promise<Page> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#send(server, 'POST', path, headers, new URLSearchParams(fields).toString());
  }

  /** Presses "Connect"; answers the address at Microsoft that the browser is sent to. */
  async press(server: ServerProcess): Promise<URL> {
    const page = await this.postForm(server, '/accounts/account/microsoft/connect');
    if (page.status !== 303) throw new Error(`Connecting does not start: ${page.status} ${page.text}`);
    return new URL(page.location, PUBLIC_URL);
  }

  /** What the person does at Microsoft; answers the callback that the browser is sent back to. */
  async atMicrosoft(start: URL, who: Person): Promise<string> {
    const back = await signInAtMicrosoft(start.href, who, `${PUBLIC_URL}/`);
    return back.pathname + back.search;
  }

  /** All of it; answers where the callback leads. */
  async connect(server: ServerProcess, who: Person): Promise<string> {
    return (await this.get(server, await this.atMicrosoft(await this.press(server), who))).location;
  }

  async #send(
    server: ServerProcess,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await request(new URL(path, server.url), {
      method,
      headers: { origin: PUBLIC_URL, ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      location: String(answer.headers.location ?? ''),
      text,
      headers: answer.headers,
    };
  }
}
