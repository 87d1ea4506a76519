import { z } from 'zod';
import type { Graph } from '../graph/graph.ts';
import type { GraphAnswer } from '../graph/graph-answer.ts';
import { GraphError } from '../graph/graph-error.ts';
import { type RateLimit, readRateLimit } from '../graph/rate-limit.ts';

/** What changed in a drive since the last look. It says *that* an item changed; what it is now, its own read says. */
export interface DriveChanges {
  /** Made, changed or deleted; each once. */
  itemIds: string[];
  /** The list begins here, its place was lost, or a folder went: any item of the drive may have changed. */
  any: boolean;
  /** Where the next look goes on. Opaque; worth nothing without a token, so it is no secret. */
  cursor: string;
  /** There is more than one look takes: look again at once. */
  isMore: boolean;
  /** How many calls it took. */
  calls: number;
  rateLimit?: RateLimit;
}

/** A drive in which thousands of files change at once holds nobody up: the rest is told at the next look. */
const PAGES_A_LOOK = 20;

const pageSchema = z.object({
  value: z.array(
    z.object({
      id: z.string().min(1),
      deleted: z.unknown().optional(),
      file: z.unknown().optional(),
      root: z.unknown().optional(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

/**
 * Reads what changed in a drive since `cursor`; without one, or when Microsoft has forgotten that place (410, or 400 for
 * the token), it begins anew at *now* and answers `any`, so that the caller reads the items themselves.
 * @throws GraphError as any call; nothing is lost by asking again with the same cursor
 * @see https://learn.microsoft.com/graph/api/driveitem-delta
 */
export async function readDriveChanges(
  graph: Graph,
  driveId: string,
  cursor: string | undefined,
): Promise<DriveChanges> {
  if (cursor === undefined || !isOfGraph(graph, cursor)) return beginAtNow(graph, driveId, 0);
  const ids = new Set<string>();
  let any = false;
  let next = cursor;
  for (let calls = 1; ; calls++) {
    let answer: GraphAnswer;
    try {
      answer = await graph.request('GET', next);
    } catch (error) {
      if (!isPlaceLost(error)) throw error;
      return beginAtNow(graph, driveId, calls);
    }
    const page = await readPage(answer);
    for (const { id, deleted, file, root } of page.value) {
      // The root is in every round that tells anything.
      if (root === undefined || root === null) ids.add(id);
      // What lay in a folder that went is not told of by itself.
      if (isThere(deleted) && !isThere(file)) any = true;
    }
    const isMore = page['@odata.deltaLink'] === undefined;
    next = linkOf(graph, answer, page['@odata.deltaLink'] ?? page['@odata.nextLink']);
    if (isMore && calls < PAGES_A_LOOK) continue;
    return { itemIds: [...ids], any, cursor: next, isMore, calls, ...limitOf(answer) };
  }
}

async function beginAtNow(graph: Graph, driveId: string, callsBefore: number): Promise<DriveChanges> {
  const path = `/drives/${encodeURIComponent(driveId)}/root/delta`;
  const answer = await graph.request('GET', path, { query: { token: 'latest' } });
  const page = await readPage(answer);
  const cursor = linkOf(graph, answer, page['@odata.deltaLink'] ?? page['@odata.nextLink']);
  return { itemIds: [], any: true, cursor, isMore: false, calls: callsBefore + 1, ...limitOf(answer) };
}

function isPlaceLost(error: unknown): boolean {
  // A token that is too old is answered with 410; one that it can't read, with 400.
  return error instanceof GraphError && (error.status === 410 || error.status === 400);
}

function isThere(facet: unknown): boolean {
  return facet !== undefined && facet !== null;
}

async function readPage(answer: GraphAnswer): Promise<z.infer<typeof pageSchema>> {
  const parsed = pageSchema.safeParse(await answer.json());
  if (parsed.success) return parsed.data;
  throw unusable(answer, parsed.error.issues[0]?.path.join('.') ?? '');
}

function linkOf(graph: Graph, answer: GraphAnswer, link: string | undefined): string {
  if (link === undefined || !isOfGraph(graph, link)) throw unusable(answer, '@odata.deltaLink');
  return link;
}

/** The token is sent to Graph's own host alone, whatever a link says. */
function isOfGraph(graph: Graph, link: string): boolean {
  return URL.parse(link)?.origin === new URL(graph.endpoints.graphUrl).origin;
}

function limitOf(answer: GraphAnswer): { rateLimit?: RateLimit } {
  const rateLimit = readRateLimit(answer.headers);
  return rateLimit ? { rateLimit } : {};
}

function unusable(answer: GraphAnswer, field: string): GraphError {
  return new GraphError({
    status: answer.status,
    code: 'unusable_changes',
    kind: 'unavailable',
    requestId: answer.requestId,
    mayHaveHappened: false,
    cause: new Error(`field ${field}`),
  });
}
