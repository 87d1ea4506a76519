import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sha256 } from './random.ts';

/** Commands that the owner carries out for a second process, such as `npm run institution`. */
export type OwnerCommands = Record<string, (args: Record<string, unknown>) => Promise<unknown>>;

export interface Ownership {
  release(): Promise<void>;
}

class FolderIsOwned extends Error {
  constructor(folder: string, holder: string) {
    super(
      `The data folder ${folder} is in use by ${holder}. End that one first, or choose another folder with DATA_DIR.`,
    );
    this.name = 'FolderIsOwned';
  }
}

const MAX_SOCKET_PATH = 100;

/**
 * The embedded database does not lock its folder, so a socket in it does: whoever listens is the owner.
 * A refused connection means that the lock is stale, whatever process id somebody may have now.
 */
export async function takeOwnership(folder: string, commands: OwnerCommands): Promise<Ownership> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = socketPath(folder);
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(path, commands);
    if (server) {
      await chmod(path, 0o600);
      return { release: () => release(server, path) };
    }
    const seen = await inode(path);
    const holder = await askOwner(folder, 'who', {}).catch(() => undefined);
    if (holder !== undefined) throw new FolderIsOwned(folder, String(holder));
    // Only the very socket that refused is stale: another process may have put a live one there since.
    if (seen === (await inode(path))) await rm(path, { force: true });
  }
  throw new FolderIsOwned(folder, 'a process that does not answer');
}

/** Has the owner of `folder` carry out a command. Rejects when nobody owns it, or when the command fails. */
export async function askOwner(folder: string, command: string, args: Record<string, unknown>): Promise<unknown> {
  const socket = connect(socketPath(folder));
  socket.setTimeout(30_000, () => socket.destroy(new Error('The server that holds the data folder did not answer.')));
  socket.end(`${JSON.stringify({ command, args })}\n`);
  const answer = JSON.parse(await readAll(socket)) as { result?: unknown; error?: string };
  if (answer.error !== undefined) throw new OwnerRefused(answer.error);
  return answer.result;
}

/** The owner answered, and said why it did not do it. */
export class OwnerRefused extends Error {}

function socketPath(folder: string): string {
  const path = join(resolve(folder), 'owner.sock');
  // The system bounds the length of a socket's path: a deep folder gets a short name made from its own.
  if (path.length <= MAX_SOCKET_PATH) return path;
  return join(tmpdir(), `megdocs-${Buffer.from(sha256(path)).toString('hex').slice(0, 24)}.sock`);
}

async function inode(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => found.ino,
    () => undefined,
  );
}

function listen(path: string, commands: OwnerCommands): Promise<Server | undefined> {
  const all: OwnerCommands = { who: async () => `process ${process.pid}`, ...commands };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    carryOut(socket, all).catch(() => socket.destroy());
  });
  return new Promise((settle, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? settle(undefined) : reject(error),
    );
    server.listen(path, () => settle(server));
  });
}

async function carryOut(socket: Socket, commands: OwnerCommands): Promise<void> {
  const { command, args } = JSON.parse(await readAll(socket)) as { command: string; args: Record<string, unknown> };
  try {
    const run = commands[command];
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

async function release(server: Server, path: string): Promise<void> {
  await new Promise((done) => server.close(done));
  await rm(path, { force: true });
}
