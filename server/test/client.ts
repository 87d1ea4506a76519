import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Http } from '../src/platform/http.ts';

type Answer = LightMyRequestResponse;

/** A browser as far as HTTP goes: it keeps cookies and says where its requests come from. */
export class TestClient {
  readonly cookies = new Map<string, string>();
  readonly #http: Http;
  readonly #origin: string;

  constructor(http: Http, origin: string) {
    this.#http = http;
    this.#origin = origin;
  }

  async signIn(email: string, password: string): Promise<void> {
    const answer = await this.post('/api/session', { email, password });
    if (answer.statusCode !== 200) throw new Error(`${email} can't sign in: ${answer.statusCode} ${answer.body}`);
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send({ method: 'GET', url, headers });
  }

  post(url: string, payload?: object): Promise<Answer> {
    return this.send({ method: 'POST', url, payload: payload ?? {} });
  }

  put(url: string, payload: object): Promise<Answer> {
    return this.send({ method: 'PUT', url, payload });
  }

  patch(url: string, payload: object): Promise<Answer> {
    return this.send({ method: 'PATCH', url, payload });
  }

  delete(url: string): Promise<Answer> {
    return this.send({ method: 'DELETE', url });
  }

  /** A form as a page posts it. */
  postForm(url: string, fields: Record<string, string> = {}): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.send({ method: 'POST', url, payload: new URLSearchParams(fields).toString(), headers });
  }

  /** A file as an upload sends it. */
  upload(url: string, content: Uint8Array): Promise<Answer> {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.send({ method: 'POST', url, payload: Buffer.from(content), headers });
  }

  async send(options: InjectOptions): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#http.inject({
      ...options,
      headers: { origin: this.#origin, ...(cookie ? { cookie } : {}), ...options.headers },
    });
    for (const { name, value, maxAge, expires } of answer.cookies as {
      name: string;
      value: string;
      maxAge?: number;
      expires?: Date;
    }[]) {
      const ended = maxAge === 0 || (expires !== undefined && expires.getTime() <= Date.now());
      if (value === '' || ended) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}
