import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const SERVER = join(import.meta.dirname, '../../src/main.ts');
export const INSTITUTION = join(import.meta.dirname, '../../src/institution-command.ts');
export const DOCTOR = join(import.meta.dirname, '../../src/doctor-command.ts');
export const ROTATE_KEYS = join(import.meta.dirname, '../../src/rotate-keys-command.ts');
export const DEMO = join(import.meta.dirname, '../../../demo/src/main.ts');
const ROOT = join(import.meta.dirname, '../../..');

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  text: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when it has said this; rejects when it ends before. */
  says(words: RegExp): Promise<RegExpMatchArray>;
}

/** Runs one of our entries as a process of its own, with nothing in its environment but what is given. */
export function start(script: string, environment: Record<string, string>, args: string[] = []): Started {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
      for (const listener of heard) listener();
    });
  const ended = new Promise<Ended>((done) => child.on('close', (code, signal) => done({ code, signal, text })));
  return {
    child,
    ended,
    says: (words) =>
      new Promise((done, reject) => {
        const look = () => {
          const match = words.exec(text);
          if (match) done(match);
        };
        heard.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended before it said ${words}: ${text}`)));
      }),
  };
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** One sentence or two for a person: no stack, and nothing else. */
export function isOneMessage(text: string): boolean {
  return !/\n\s+at |node:internal|Error:/.test(text) && text.trim().split('\n').length <= 6;
}
