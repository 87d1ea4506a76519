import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  contentType: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into a message of another protocol
  body: any;
}

/** A receiver of notifications, as an application has one. */
export class Receiver {
  readonly #server: Server;
  readonly #arrived = new EventEmitter();
  readonly #received: Received[] = [];
  readonly handshakes: Received[] = [];
  /** How it answers the handshake; it echoes the token when left alone. */
  shake: (response: ServerResponse, token: string) => void = echo;
  /** How it answers notifications. */
  take: (response: ServerResponse) => void = (response) => response.writeHead(202).end();

  constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver(createServer());
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The next notification that has not been looked at yet. */
  async next(): Promise<Received> {
    for (;;) {
      const first = this.#received.shift();
      if (first !== undefined) return first;
      await once(this.#arrived, 'notification');
    }
  }

  get unread(): number {
    return this.#received.length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { method = '', headers } = request;
    const token = new URL(request.url ?? '/', 'http://x').searchParams.get('validationToken');
    if (token !== null) {
      this.handshakes.push({ method, contentType: headers['content-type'] ?? '', body: text });
      this.shake(response, token);
      return;
    }
    this.#received.push({ method, contentType: headers['content-type'] ?? '', body: JSON.parse(text) });
    this.take(response);
    this.#arrived.emit('notification');
  }
}

export function echo(response: ServerResponse, token: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(token);
}
