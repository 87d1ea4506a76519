import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createGraph, SIMPLE_UPLOAD_LIMIT_BYTES, uploadNew } from '@megdocs/microsoft365';
import { Client } from '@microsoft/microsoft-graph-client';
import { aToken } from './identity-provider.ts';
import { compare, type Finding } from './measure.ts';

/** P9: the largest file of one call, to a server on this machine that only reads it. */
export async function measureUploads(): Promise<Finding[]> {
  const server = await startReader();
  const token = aToken();
  const content = Buffer.alloc(SIMPLE_UPLOAD_LIMIT_BYTES, 'x');
  const ours = createGraph({
    endpoints: { loginUrl: server.url, graphUrl: server.url, fileHosts: [] },
    tokens: { accessToken: async () => token },
  });
  const theirs = Client.init({
    baseUrl: server.url,
    customHosts: new Set(['127.0.0.1']),
    authProvider: (done) => done(null, token),
  });
  const seconds = await compare(
    {
      ours: () =>
        uploadNew(ours, ['large.bin'], {
          stream: () => Readable.from([content]),
          size: content.length,
          contentType: 'application/octet-stream',
        }),
      theirs: () => theirs.api('/me/drive/root:/large.bin:/content').put(content),
    },
    { rounds: 9, calls: 10 },
  );
  server.close();
  const rate = content.length / seconds.ours / 1024 / 1024;
  return [
    {
      id: 'P9',
      what: "uploading 4 MiB, against Microsoft's own client",
      value: seconds.theirs / seconds.ours,
      unit: '×',
      bar: { atLeast: 2 },
      remark: `${rate.toFixed(0)} MB/s`,
    },
  ];
}

async function startReader() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const item = {
        id: '1',
        name: 'large.bin',
        size: 1,
        eTag: '"1"',
        cTag: '"1"',
        file: {},
        webUrl: 'https://x/',
        parentReference: { driveId: 'd', id: 'r' },
        lastModifiedDateTime: new Date().toISOString(),
        createdDateTime: new Date().toISOString(),
      };
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(item));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
