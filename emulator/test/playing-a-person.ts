/** Plays a person in a browser without scripts: follows links and forms, keeps cookies. */
export class Person {
  readonly #cookies = new Map<string, string>();

  /** Opens a page, follows redirects within the emulator, and stops at the first answer that is not one. */
  async open(url: string, options: RequestInit = {}): Promise<Visit> {
    let next: { url: string; options: RequestInit } = { url, options };
    for (let hops = 0; hops < 10; hops++) {
      const visit = await this.request(next.url, next.options);
      const { location } = visit;
      if (location === undefined || new URL(location).hostname !== new URL(url).hostname) return visit;
      if (!isEmulator(location, url)) return visit;
      next = { url: location, options: {} };
    }
    throw new Error('The redirects never end.');
  }

  async request(url: string, options: RequestInit = {}): Promise<Visit> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, cookie } });
    for (const header of response.headers.getSetCookie()) this.#keep(header);
    const location = response.headers.get('location');
    return {
      status: response.status,
      url,
      headers: response.headers,
      text: await response.text(),
      ...(location === null ? {} : { location: new URL(location, url).href }),
    };
  }

  /** Sends the page's form that has that step, with these fields filled in. */
  async submit(page: Visit, step: string, fields: Record<string, string> = {}): Promise<Visit> {
    const { action, values } = readForm(page, step);
    for (const [name, value] of Object.entries(fields)) values.set(name, value);
    return this.open(new URL(action, page.url).href, { method: 'POST', body: values });
  }

  /** Signs in from the page that asks for an address up to the next page, or the redirect to the application. */
  async signIn(page: Visit, login: string, password: string): Promise<Visit> {
    const asked = page.text.includes('value="password"') ? page : await this.submit(page, 'email', { login });
    return this.submit(asked, 'password', { password });
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(header: string): void {
    const [pair = ''] = header.split(';');
    const at = pair.indexOf('=');
    if (header.includes('Max-Age=0')) this.#cookies.delete(pair.slice(0, at));
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

export interface Visit {
  status: number;
  url: string;
  headers: Headers;
  text: string;
  /** Where it leads, if it is a redirect that was not followed. */
  location?: string;
}

/** Redirects to an application on the same machine are where the tests want to stop. */
function isEmulator(location: string, start: string): boolean {
  return new URL(location).origin === new URL(start).origin;
}

function readForm(page: Visit, step: string): { action: string; values: URLSearchParams } {
  for (const [, action = '', inside = ''] of page.text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)) {
    if (!inside.includes(`name="step" value="${step}"`)) continue;
    const values = new URLSearchParams();
    for (const [tag] of inside.matchAll(/<input[^>]*>/g)) {
      if (/type="checkbox"/.test(tag)) continue;
      const name = /name="([^"]*)"/.exec(tag)?.[1];
      if (name !== undefined) values.set(name, decode(/value="([^"]*)"/.exec(tag)?.[1] ?? ''));
    }
    return { action: decode(action), values };
  }
  throw new Error(`The page has no form for '${step}':\n${page.text.replace(/<style>.*<\/style>/s, '')}`);
}

function decode(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
