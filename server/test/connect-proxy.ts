import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ConnectProxy {
  url: string;
  /** Hosts that a tunnel was asked for. */
  asked: string[];
  /** From now on every tunnel is refused with this status; undefined: opened. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

/** A hospital's proxy: opens tunnels to any name, all of which lead to one port of this machine. */
export async function startConnectProxy(toPort: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const open = new Set<Duplex>();
  let status: number | undefined;
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const onward = connect(toPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) {
      open.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => open.delete(end));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    refuse: (next) => {
      status = next;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
        for (const end of open) end.destroy();
      }),
  };
}
