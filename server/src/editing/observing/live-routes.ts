import { LIVE_BEAT_SECONDS, LIVE_EVENTS, routes } from '@megdocs/contract';
import type { FastifyInstance } from 'fastify';
import type { SignedIn } from '../../accounts/index.ts';
import type { LiveNews } from '../../platform/live.ts';
import { createLiveStreams, type LiveStream } from '../../platform/live-stream.ts';
import type { EditingRoom } from '../room.ts';

/** News that come at once go out together: an observed save writes several rows. */
const GATHER_MS = 200;
/** However much happens, a stream costs one look at what its person may see a second. */
const AT_MOST_EVERY_MS = 1_000;

/** The stream of live news: which documents changed, for those who may see what changed in them. */
export function liveRoutes(app: FastifyInstance, room: EditingRoom): void {
  const streams = createLiveStreams();
  app.addHook('preClose', (done) => {
    streams.endAll();
    done();
  });
  app.get(routes.live, { schema: { hide: true } }, async (request, reply) => {
    const person = await room.accounts.signedIn(request);
    const watch: { stop?: () => void } = {};
    const stream = streams.open(reply, person.sessionId, () => watch.stop?.());
    watch.stop = watchFor(room, person, stream);
    stream.send(LIVE_EVENTS.beat, {});
    return reply;
  });
}

/** Tells one stream what its person may hear, until their sign-in ends. Answers how to stop. */
function watchFor(room: EditingRoom, person: SignedIn, stream: LiveStream): () => void {
  const gathered = new Map<string, 'drafts' | 'published'>();
  let timer: NodeJS.Timeout | undefined;
  let sentAt = 0;
  const flush = async () => {
    const news = new Map(gathered);
    gathered.clear();
    sentAt = performance.now();
    // Whatever was true when the stream began: rights and sign-in are read anew for each event.
    const now = await room.accounts.stillSignedIn(person.sessionId);
    if (!now) return stream.end();
    const seen = await room.documents.seenAmong(room.db, now, [...news.keys()]);
    const documents = [...news].filter(([id, part]) => {
      const sees = seen.get(id);
      return sees === 'drafts' || (sees === 'published' && part === 'published');
    });
    if (documents.length > 0) stream.send(LIVE_EVENTS.documents, { documents: documents.map(([id]) => id) });
  };
  const flushSoon = () => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        // Without an answer from the database nobody knows who may hear it: the browser comes back, and fetches.
        flush().catch(() => stream.end());
      },
      Math.max(GATHER_MS, AT_MOST_EVERY_MS - (performance.now() - sentAt)),
    );
  };
  const beat = setInterval(async () => {
    const now = await room.accounts.stillSignedIn(person.sessionId).catch(() => undefined);
    if (now) stream.send(LIVE_EVENTS.beat, {});
    else stream.end();
  }, LIVE_BEAT_SECONDS * 1000);
  const deaf = room.live.listen((news: LiveNews) => {
    if (news.kind === 'anything') return stream.send(LIVE_EVENTS.anything, {});
    if (news.kind === 'sign-in-ended') return news.signInId === person.sessionId ? stream.end() : undefined;
    if (news.institutionId !== person.institutionId) return;
    if (gathered.get(news.documentId) !== 'published') gathered.set(news.documentId, news.part);
    flushSoon();
  });
  return () => {
    deaf();
    clearInterval(beat);
    clearTimeout(timer);
  };
}
