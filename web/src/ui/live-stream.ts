import { LIVE_BEAT_SECONDS, LIVE_EVENTS, liveDocuments, routes } from '@megdocs/contract';

/** What the server told: some documents changed, or it can't say which. */
export type LiveNews = { kind: 'documents'; ids: string[] } | { kind: 'anything' };

export interface StreamListener {
  news(news: LiveNews): void;
  /** The stream lives; said again with every beat. */
  beat(): void;
  /** It does not: until it is back, pages ask by themselves. */
  lost(): void;
}

/** Two beats and a half: then the stream is dead, whatever the browser says. */
export const SILENCE_MS = LIVE_BEAT_SECONDS * 2_500;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Holds one stream to the server open, again and again. Answers how to stop. */
export function openLiveStream(listener: StreamListener): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let failures = 0;
  const waitFor = (ms: number, then: () => void) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(then, ms);
  };
  const fail = () => {
    source?.close();
    listener.lost();
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    failures += 1;
    // Many browsers lose a server that is restarted at once; they must not all come back at once.
    waitFor(longest * (0.5 + Math.random() / 2), open);
  };
  const open = () => {
    source = new EventSource(routes.live);
    const hear = (event: string, told: (data: string) => void) =>
      source?.addEventListener(event, ({ data }) => {
        failures = 0;
        waitFor(SILENCE_MS, fail);
        listener.beat();
        told(String(data));
      });
    hear(LIVE_EVENTS.beat, () => {});
    hear(LIVE_EVENTS.anything, () => listener.news({ kind: 'anything' }));
    hear(LIVE_EVENTS.documents, (data) => listener.news(readDocuments(data)));
    source.onerror = fail;
    waitFor(SILENCE_MS, fail);
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

function readDocuments(data: string): LiveNews {
  try {
    return { kind: 'documents', ids: liveDocuments.parse(JSON.parse(data)).documents };
  } catch {
    return { kind: 'anything' };
  }
}
