import { createGraph, type Graph } from '../src/index.ts';
import { type LoopbackServer, type Reply, startLoopbackServer } from './loopback-server.ts';

export interface LoopbackGraph extends LoopbackServer {
  graph: Graph;
  /** Answers in order; afterwards 500. */
  replies: Reply[];
  /** "METHOD /path?query" of every call so far. */
  calls(): string[];
}

export async function startLoopbackGraph(): Promise<LoopbackGraph> {
  const replies: Reply[] = [];
  const server = await startLoopbackServer(() => replies.shift() ?? { status: 500 });
  const graph = createGraph({
    endpoints: { loginUrl: server.url, graphUrl: server.url, fileHosts: [] },
    tokens: { accessToken: async () => 'canary-token', renewAfterRefusal: async () => 'canary-renewed' },
    pause: async () => undefined,
  });
  return { ...server, graph, replies, calls: () => server.received.map(({ method, url }) => `${method} ${url}`) };
}
