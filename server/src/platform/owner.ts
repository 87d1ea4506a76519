import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { sha256 } from './random.ts';

/** Commands that the owner carries out for a second process, such as `npm run institution`. */
export type OwnerCommands = Record<string, (args: Record<string, unknown>) => Promise<unknown>>;

export interface Ownership {
  release(): Promise<void>;
}

export class FolderIsOwned extends Error {
  constructor(folder: string, holder: string) {
    super(
      `The data folder ${folder} is in use by ${holder}. End that one first, or choose another folder with DATA_DIR.`,
    );
    this.name = 'FolderIsOwned';
  }
}

const MAX_SOCKET_PATH = 100;
const ATTEMPTS = 5;
/** Between binding and listening a socket refuses, so one refusal says nothing yet. */
const ASK_AGAIN_MS = 50;
/** Longer than between seeing that a lock is stale and removing it. */
const SETTLE_MS = 150;
const WHO_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 30_000;

/**
 * The embedded database does not lock its folder, so a socket in it does: whoever listens is the owner.
 * A refused connection means that the lock is stale, whatever process id somebody may have now.
 */
export async function takeOwnership(folder: string, commands: OwnerCommands): Promise<Ownership> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await socketPath(folder);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const owner = await listen(path, commands);
    if (owner) {
      writeFileSync(join(folder, PID_FILE), `${process.pid}\n`, { mode: 0o600 });
      await pause(SETTLE_MS);
      if (owner.inode !== undefined && owner.inode === inode(path)) return { release: () => release(owner, folder) };
      // Somebody else took this socket for the stale one, and has its name now. Closing would remove theirs.
      owner.server.unref();
      continue;
    }
    const stale = await staleLock(folder, path);
    if (stale !== undefined && stale === inode(path)) rmSync(path, { force: true });
  }
  throw new FolderIsOwned(folder, `${writtenHolder(folder)}, which does not answer`);
}

/** For messages alone: in a container the next process often has the number of the last one. */
const PID_FILE = 'owner.pid';

function writtenHolder(folder: string): string {
  try {
    return `process ${Number.parseInt(readFileSync(join(folder, PID_FILE), 'utf8'), 10)}`;
  } catch {
    return 'a process';
  }
}

/** The inode of a lock that nobody holds. Throws when somebody does. */
async function staleLock(folder: string, path: string): Promise<number | undefined> {
  const seen = inode(path);
  for (const patience of [ASK_AGAIN_MS, 0]) {
    const holder = await askOwner(folder, 'who', {}, WHO_TIMEOUT_MS).catch((error: unknown) => {
      if (isRefused(error)) return undefined;
      // It took the connection, so it lives: stopped, or too busy to answer.
      throw new FolderIsOwned(folder, `${writtenHolder(folder)}, which does not answer`);
    });
    if (holder !== undefined) throw new FolderIsOwned(folder, String(holder));
    await pause(patience);
  }
  return seen;
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
}

/** Has the owner of `folder` carry out a command. Rejects when nobody owns it, or when the command fails. */
export async function askOwner(
  folder: string,
  command: string,
  args: Record<string, unknown>,
  timeoutMs = COMMAND_TIMEOUT_MS,
): Promise<unknown> {
  const socket = connect(await socketPath(folder));
  const timer = setTimeout(
    () => socket.destroy(new Error('The server that holds the data folder did not answer.')),
    timeoutMs,
  );
  try {
    socket.end(`${JSON.stringify({ command, args })}\n`);
    const answer = JSON.parse(await readAll(socket)) as { result?: unknown; error?: string };
    if (answer.error !== undefined) throw new OwnerRefused(answer.error);
    return answer.result;
  } finally {
    clearTimeout(timer);
  }
}

/** The owner answered, and said why it did not do it. */
export class OwnerRefused extends Error {}

async function socketPath(folder: string): Promise<string> {
  const path = join(resolve(folder), 'owner.sock');
  // The system bounds the length of a socket's path: a deep folder gets a short name made from its own.
  if (path.length <= MAX_SOCKET_PATH) return path;
  return join(await privateFolder(), `${Buffer.from(sha256(path)).toString('hex').slice(0, 24)}.sock`);
}

/** Where everybody may write, anybody could put a socket under our name first: it lies in a folder of this user alone. */
async function privateFolder(): Promise<string> {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `megdocs-${user ?? 'user'}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (user !== undefined && found.uid !== user))
    throw new Error(`${folder} belongs to somebody else. Choose a shorter DATA_DIR, or another TMPDIR.`);
  return folder;
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

interface OwnerServer {
  server: Server;
  sockets: Set<Socket>;
  /** Of the socket's name as this process bound it. */
  inode: number | undefined;
}

function listen(path: string, commands: OwnerCommands): Promise<OwnerServer | undefined> {
  const all: OwnerCommands = { who: async () => `process ${process.pid}`, ...commands };
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    carryOut(socket, all).catch(() => socket.destroy());
  });
  return new Promise((settle, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? settle(undefined) : reject(error),
    );
    server.listen(path);
    // Bound by now, before anything else of this process runs: what is there is ours, or was there before.
    const bound = inode(path);
    server.once('listening', () => {
      chmodSync(path, 0o600);
      settle({ server, sockets, inode: bound });
    });
  });
}

async function carryOut(socket: Socket, commands: OwnerCommands): Promise<void> {
  const { command, args } = JSON.parse(await readAll(socket)) as { command: string; args: Record<string, unknown> };
  try {
    const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (!run) throw new Error(`The running server does not know the command "${command}".`);
    socket.end(JSON.stringify({ result: (await run(args)) ?? null }));
  } catch (error) {
    socket.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.length > 1024 * 1024) throw new Error('The message on the socket is too long.');
  }
  return text;
}

/** Closing removes the socket; a client that hangs on to its connection holds nobody up. */
async function release({ server, sockets }: OwnerServer, folder: string): Promise<void> {
  rmSync(join(folder, PID_FILE), { force: true });
  const closed = new Promise((done) => server.close(done));
  for (const socket of sockets) socket.destroy();
  await closed;
}
