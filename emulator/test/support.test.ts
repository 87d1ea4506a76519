import { readFileSync } from 'node:fs';
import Fastify, { type RouteOptions } from 'fastify';
import { expect, test } from 'vitest';
import { registerContent } from '../src/content/index.ts';
import { registerControl } from '../src/control/index.ts';
import { listOperations, registerGraph } from '../src/graph/index.ts';
import { registerSignIn } from '../src/sign-in/index.ts';

const SUPPORT = readFileSync(new URL('../SUPPORT.md', import.meta.url), 'utf8');

/** `| \`GET /path\` | …` at the beginning of a row. */
function listedOperations(): string[] {
  return [...SUPPORT.matchAll(/^\| `([A-Z]+ \/[^`]*)` \| (full|partly) /gm)].map((match) => match[1] ?? '');
}

/** What is really registered; only the routes count here, so the rooms get nothing to work with. */
async function registeredRoutes(): Promise<string[]> {
  const routes: string[] = [];
  const app = Fastify({ exposeHeadRoutes: false });
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const one of [method].flat()) routes.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
  });
  const nothing = {} as never;
  await registerSignIn(app, nothing);
  await registerContent(app, nothing);
  await registerControl(app, nothing);
  await registerGraph(app, nothing);
  return routes.filter((route) => !/ \/v[12]\.0\/\*$/.test(route) && !route.endsWith(' /oidc/userinfo'));
}

test('SUPPORT.md lists every operation that there is, and no other', async () => {
  const operations = listOperations({} as never).map(({ method, template }) => `${method} ${template}`);
  const all = [...operations, ...(await registeredRoutes())];
  expect(listedOperations().sort()).toEqual(all.sort());
});

test('SUPPORT.md says of each Graph operation how faithful it is, and links the page of Microsoft', () => {
  for (const { method, template, fidelity, docs } of listOperations({} as never)) {
    const row = SUPPORT.split('\n').find((line) => line.startsWith(`| \`${method} ${template}\` |`)) ?? '';
    expect(row).toContain(`| ${fidelity} |`);
    expect(row).toContain(docs);
  }
});
