import { Agent, request } from 'undici';
import { type Emulator, startEmulator } from '../../src/index.ts';
import { QuickXorHash } from '../../src/world/quick-xor-hash.ts';
import { aClock, graphFor, personalConfig, personalToken, tokensFor } from '../cast.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: the test looks into an answer of another protocol
  body: any;
}

export interface Drive {
  kind: 'personal' | 'business';
  owner: string;
  id: string;
  call(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
}

const agent = new Agent({ keepAliveTimeout: 10_000 });

/** An emulator with a personal drive and one at work, whose clock stands still until a step moves it. */
export async function startDrives(): Promise<{ emulator: Emulator; drives: Drive[]; close(): Promise<void> }> {
  const emulator = await startEmulator({ port: 0, config: personalConfig(), clock: aClock() });
  const drives = [
    await openDrive(emulator, 'personal', 'home@outlook.example', () => personalToken(emulator)),
    await openDrive(emulator, 'business', 'ann@hospital.example', async () => (await tokensFor(emulator)).access),
  ];
  const close = async () => {
    await emulator.close();
    await agent.close();
  };
  return { emulator, drives, close };
}

async function openDrive(
  emulator: Emulator,
  kind: Drive['kind'],
  owner: string,
  signIn: () => Promise<string>,
): Promise<Drive> {
  let token = await signIn();
  const { id } = (await graphFor(emulator, token)('GET', '/me/drive')).body;
  const call: Drive['call'] = async (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path : `${emulator.url}/v1.0/me/drive${path}`;
    const answer = await ask(url, method, body, { authorization: `Bearer ${token}`, ...headers });
    if (answer.status !== 401) return answer;
    // The clock went past the token's end.
    token = await signIn();
    return ask(url, method, body, { authorization: `Bearer ${token}`, ...headers });
  };
  return { kind, owner, id, call };
}

export async function ask(
  url: string,
  method: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isJson = body !== undefined && !(body instanceof Uint8Array);
  const response = await request(url, {
    method: method as 'GET',
    dispatcher: agent,
    headers: { ...headers, ...(isJson ? { 'content-type': 'application/json' } : {}) },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as Uint8Array) }),
  });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

export async function download(url: string): Promise<Uint8Array> {
  const response = await request(url, { dispatcher: agent });
  return new Uint8Array(await response.body.arrayBuffer());
}

export function hashOf(content: Uint8Array): string {
  const hash = new QuickXorHash();
  hash.update(content);
  return hash.digest();
}
