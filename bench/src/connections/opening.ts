import { createGraph } from '@megdocs/microsoft365';
import { openPostgres } from '../../../server/src/platform/database.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { compare, type Finding } from './measure.ts';
import { openVault, type Stage } from './stage.ts';

const GRAPH_MS = 150;

/** P8: of the one call that opens a document, with Graph at 150 ms, how much is the token. */
export async function measureOpening(stage: Stage, provider: IdentityProvider): Promise<Finding[]> {
  const database = openPostgres(stage.url);
  const vault = openVault(database.db, provider.url);
  const [id = ''] = await stage.connect(1, 3600);
  provider.be({ answerAfterMs: GRAPH_MS });
  const endpoints = { loginUrl: provider.url, graphUrl: provider.url, fileHosts: [] };
  const graph = createGraph({ endpoints, tokens: vault.tokensOf(id) });
  const opening = await compare(
    { call: () => graph.request('GET', '/me/drive/root').then(({ body }) => body.resume()) },
    { rounds: 5, calls: 4 },
  );
  const token = await compare({ token: () => vault.accessToken(id) });
  await database.close();
  return [
    {
      id: 'P8',
      what: `the token's part of one call with Graph at ${GRAPH_MS} ms`,
      value: (token.token / opening.call) * 100,
      unit: '%',
      bar: { atMost: 1 },
    },
  ];
}
