import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

/** What every process hears when a transaction commits that changed something which pages show. */
export type LiveNews =
  /** `drafts` is for those who see drafts; `published` for everybody who may see the document. */
  | { kind: 'document'; institutionId: string; documentId: string; part: 'drafts' | 'published' }
  | { kind: 'sign-in-ended'; signInId: string }
  /** The line to the database was broken, so something may have been missed. */
  | { kind: 'anything' };

/** News from the database, over all processes; triggers tell them, so that no change is forgotten. */
export interface Live {
  /** Answers how to stop listening. */
  listen(hear: (news: LiveNews) => void): () => void;
  close(): Promise<void>;
}

const CHANNEL = 'megdocs_live';

const payload = z.union([
  z
    .object({ institution: z.uuid(), document: z.uuid(), part: z.enum(['drafts', 'published']) })
    .transform(({ institution, document, part }): LiveNews => {
      return { kind: 'document', institutionId: institution, documentId: document, part };
    }),
  z.object({ ended: z.uuid() }).transform(({ ended }): LiveNews => ({ kind: 'sign-in-ended', signInId: ended })),
]);

export async function openLive(database: Database, log: Log, random: Random): Promise<Live> {
  const listeners = new Set<(news: LiveNews) => void>();
  const tell = (news: LiveNews) => {
    for (const hear of listeners) hear(news);
  };
  const hearText = (text: string) => {
    const parsed = payload.safeParse(parseJson(text));
    if (parsed.success) tell(parsed.data);
  };
  const stop =
    database.kind === 'pglite'
      ? await database.pglite.listen(CHANNEL, hearText)
      : listenOnServer(database.url, { log, random }, hearText, () => tell({ kind: 'anything' }));
  return {
    listen(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    async close() {
      listeners.clear();
      await stop();
    },
  };
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** A connection that is half open says nothing by itself. */
const PROBE_MS = 30_000;
const ANSWER_MS = 10_000;

/** A connection of its own, for as long as the process lives; made anew when it breaks. */
function listenOnServer(
  url: string,
  { log, random }: { log: Log; random: Random },
  hear: (text: string) => void,
  missed: () => void,
): () => Promise<void> {
  const ended = new AbortController();
  const run = async () => {
    for (let failures = 0; !ended.signal.aborted; failures++) {
      try {
        await listenOnce(url, ended.signal, hear, () => {
          // What was told while nobody listened is lost.
          if (failures > 0) missed();
          failures = 0;
        });
      } catch (error) {
        log.warn({ err: error }, 'live news are not heard from the database; trying again');
      }
      const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 8));
      // So that many processes do not come back at once.
      const share = (random.bytes(1)[0] ?? 0) / 255;
      await wait((longest / 2) * (1 + share), undefined, { signal: ended.signal }).catch(() => {});
    }
  };
  const running = run();
  return async () => {
    ended.abort();
    await running;
  };
}

/** Ends, or throws, when the connection does. */
async function listenOnce(
  url: string,
  ended: AbortSignal,
  hear: (text: string) => void,
  listening: () => void,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  const { promise: broken, resolve, reject } = Promise.withResolvers<void>();
  // It may break before anybody waits for that: connecting or asking throws then, and this must not end the process.
  broken.catch(() => {});
  client.on('error', reject);
  client.on('end', resolve);
  client.on('notification', ({ payload: text }) => hear(text ?? ''));
  ended.addEventListener('abort', () => resolve(), { once: true });
  const probe = setInterval(() => client.query('select 1').catch(reject), PROBE_MS);
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    listening();
    await broken;
  } finally {
    clearInterval(probe);
    client.removeAllListeners('error').on('error', () => {});
    await client.end().catch(() => {});
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
