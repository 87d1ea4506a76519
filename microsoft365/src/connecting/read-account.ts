import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';

const meSchema = z.object({
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});
const organisationSchema = z.object({ value: z.array(z.object({ displayName: z.string().nullish() })) });

/** How a connected account calls itself; the organisation is missing for personal accounts or where it may not be read. */
export interface AccountProfile {
  name: string;
  address: string;
  organisation?: string;
}

/** Reads `GET /me` and, as far as it answers, `GET /organization`. */
export async function readAccount(graph: Graph): Promise<AccountProfile> {
  const [me, organisation] = await Promise.all([
    graph.request('GET', '/me').then(async (answer) => meSchema.parse(await answer.json())),
    readOrganisation(graph),
  ]);
  const address = me.mail || me.userPrincipalName || '';
  return { name: me.displayName || address, address, organisation };
}

async function readOrganisation(graph: Graph): Promise<string | undefined> {
  try {
    const answer = await graph.request('GET', '/organization', { retry: false });
    return organisationSchema.parse(await answer.json()).value[0]?.displayName ?? undefined;
  } catch {
    // A name to show, no more: personal accounts have none, and some tenants forbid reading it.
    return undefined;
  }
}
