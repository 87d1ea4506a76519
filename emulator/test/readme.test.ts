import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../src/index.ts';
import { Person } from './playing-a-person.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterEach(() => emulator.close());

const languages: [string, string, (code: string) => ChildProcessWithoutNullStreams][] = [
  ['curl', 'bash', (code) => spawn('bash', ['-c', code])],
  ['TypeScript', 'ts', (code) => spawn(process.execPath, ['--input-type=module-typescript', '-e', code], inHere())],
  ['Python', 'py', (code) => spawn('python3', ['-c', code])],
];

test.each(languages)('the README’s six lines of %s lead to a first call as Ada', async (_name, fence, run) => {
  const lines = firstCallIn(fence);
  expect(lines.length).toBeLessThanOrEqual(6);
  const example = run(lines.join('\n').replaceAll('http://localhost:4365', emulator.url));
  let said = '';
  for (const output of [example.stdout, example.stderr])
    output.on('data', (piece) => {
      said += piece;
    });
  const ended = once(example, 'exit');
  const code = () => /\b(?=[A-Z0-9]*[A-Z])[A-Z0-9]{9}\b/.exec(said)?.[0];
  await expect.poll(code, { timeout: 30_000 }).toBeDefined();
  await signIn(code() ?? '');
  example.stdin.write('\n');
  expect((await ended)[0], said).toBe(0);
  expect(said).toContain('ada@demo.example');
});

/** Node looks for packages from here. */
function inHere() {
  return { cwd: import.meta.dirname };
}

function firstCallIn(fence: string): string[] {
  const [, chapter = ''] = README.split('## The first call\n');
  return (chapter.split(`\`\`\`${fence}\n`)[1]?.split('\n```')[0] ?? '').split('\n');
}

async function signIn(userCode: string): Promise<void> {
  const person = new Person();
  const page = await person.open(`${emulator.url}/common/oauth2/deviceauth`, {
    method: 'POST',
    body: new URLSearchParams({ otc: userCode }),
  });
  const consentOrDone = await person.submit(await person.signIn(page, 'ada@demo.example', 'demo'), 'device', {
    decision: 'continue',
  });
  if (consentOrDone.text.includes('value="consent"'))
    await person.submit(consentOrDone, 'consent', { decision: 'accept' });
}
