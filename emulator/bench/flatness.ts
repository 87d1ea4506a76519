/**
 * What a call costs in a drive of 10,000 items, against a drive of 100: `node bench/flatness.ts`. It prints ratios, for
 * times differ from machine to machine; about 1 means that the size of the drive does not matter.
 */
import { startEmulator } from '../src/index.ts';

const SMALL = 100;
const LARGE = 10_000;
const ROUNDS = 60;
const USER = 'ada@demo.example';

// Once for nothing: the first run pays for what the runtime learns.
await measure(SMALL);
const [small, large] = [await measure(SMALL), await measure(LARGE)];
for (const [name, milliseconds] of Object.entries(large)) {
  const ratio = milliseconds / (small[name] ?? Number.NaN);
  process.stdout.write(`${name.padEnd(40)} ×${ratio.toFixed(2)}\n`);
}

/** The middle of each call's times, in milliseconds, in a drive of that many files in one folder. */
async function measure(count: number): Promise<Record<string, number>> {
  const emulator = await startEmulator({ port: 0 });
  try {
    const call = await connect(emulator.url);
    for (let i = 0; i < count; i++) await call('PUT', `/root:/F/file ${i}.txt:/content`, 'x');
    const latest = await call('GET', '/root/delta?token=latest');
    const from = new URL(latest['@odata.deltaLink']).searchParams.get('token');
    let next = count;
    return {
      'first page of a folder': await time(() => call('GET', '/root:/F:/children?$top=50')),
      'item by path': await time(() => call('GET', `/root:/F/file ${count / 2}.txt`)),
      'delta: first page': await time(() => call('GET', '/root/delta?$top=50')),
      'delta: what is new': await time(() => call('GET', `/root/delta?token=${from}&$top=50`)),
      upload: await time(() => call('PUT', `/root:/F/file ${next++}.txt:/content`, 'x')),
      'upload of a Word document': await time(() => call('PUT', `/root:/F/file ${next++}.docx:/content`, 'x')),
    };
  } finally {
    await emulator.close();
  }
}

async function time(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now();
    await act();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of another protocol
type Answer = any;

/** Calls the drive of the demo's first person, for the application itself. */
async function connect(url: string): Promise<(method: string, path: string, body?: string) => Promise<Answer>> {
  const fields = {
    grant_type: 'client_credentials',
    client_id: '5d1c0f36-7f0b-4d0a-8f0d-3b6a52a7c901',
    client_secret: 'demo-secret',
    scope: 'https://graph.microsoft.com/.default',
  };
  const reply = await fetch(`${url}/demo.example/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const { access_token: token } = (await reply.json()) as Answer;
  return async (method, path, body) => {
    const response = await fetch(`${url}/v1.0/users/${USER}/drive${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
}
