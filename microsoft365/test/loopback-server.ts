import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  method: string;
  /** Path and query as sent. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Cut the connection instead of answering. */
  drop?: boolean;
  /** Never answer. */
  hang?: boolean;
  /** Say that more is coming, then cut. */
  breakAfterBody?: boolean;
}

export interface LoopbackServer {
  url: string;
  received: Received[];
  close(): Promise<void>;
}

/** A real HTTP server on a free loopback port that notes what it is asked. */
export async function startLoopbackServer(
  answer: (request: Received) => Reply | Promise<Reply>,
): Promise<LoopbackServer> {
  const received: Received[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: await text(incoming).catch(() => '') };
    received.push(request);
    send(incoming, outgoing, await answer(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(incoming: IncomingMessage, outgoing: ServerResponse, reply: Reply): void {
  if (reply.hang) return;
  if (reply.drop) {
    incoming.socket.destroy();
    return;
  }
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : Buffer.from(reply.body ?? '');
  if (reply.breakAfterBody) {
    outgoing.writeHead(reply.status ?? 200, { ...reply.headers, 'content-length': body.length + 1000 });
    outgoing.write(body, () => incoming.socket.destroy());
    return;
  }
  outgoing.writeHead(reply.status ?? 200, reply.headers);
  outgoing.end(body);
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}
