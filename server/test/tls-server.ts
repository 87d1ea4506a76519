import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type MadeCertificate, makeCertificate } from './certificates.ts';

export interface TlsServer {
  url: string;
  port: number;
  certificate: MadeCertificate;
  close(): Promise<void>;
}

/** Answers everything over TLS with a certificate that no machine knows: a proxy that looks into TLS. */
export async function startTlsServer(host = 'localhost'): Promise<TlsServer> {
  const certificate = makeCertificate({ host });
  const server = createServer({ key: certificate.keyPem, cert: certificate.certificatePem }, (_request, response) =>
    // As Microsoft's own hosts answer, which the proxy passes on.
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"keys":[],"error":{"code":"NotSignedIn"}}'),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    port,
    certificate,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
