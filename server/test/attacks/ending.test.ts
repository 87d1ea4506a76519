import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeHttp, createHttp, type Http } from '../../src/platform/http.ts';
import { createLog } from '../../src/platform/log.ts';

let http: Http;
let port: number;
let finish: () => void = () => {};
let arrived: Promise<void>;

beforeAll(async () => {
  http = await createHttp({
    publicUrl: new URL('https://docs.hospital.example'),
    trustedProxies: [],
    loginOrigin: 'https://login.microsoftonline.com',
    log: createLog('silent'),
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  arrived = promise;
  http.get('/slow', async () => {
    resolve();
    await new Promise<void>((done) => {
      finish = done;
    });
    return { finished: true };
  });
  http.get('/endless', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200);
    reply.raw.write('the beginning');
  });
  port = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => http?.close());

it('O3: at the end a request under way is answered, and a stream that goes on is cut after its time', async () => {
  const slow = fetch(`http://127.0.0.1:${port}/slow`);
  await arrived;
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const cut = new Promise<string>((done) => {
    const stream = request({ host: '127.0.0.1', port, path: '/endless' }, (answer) => {
      answer.on('data', () => begin());
      answer.on('aborted', () => done('cut off'));
      answer.on('end', () => done('ended'));
    });
    stream.end();
    stream.on('error', () => {});
  });
  await begun;
  const before = performance.now();
  const closed = closeHttp(http, 300);
  finish();
  expect(await (await slow).json()).toEqual({ finished: true });
  await closed;
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(await cut).toBe('cut off');
});
