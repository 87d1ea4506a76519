import type { LiveNews, StreamListener } from './live-stream.ts';

/** What tabs say to each other. */
type Said = { kind: 'news'; news: LiveNews } | { kind: 'beat' } | { kind: 'lost' } | { kind: 'who leads' };

export interface LiveTab {
  isLive(): boolean;
  stop(): void;
}

interface LiveTabParts {
  locks: Pick<LockManager, 'request'>;
  channel: BroadcastChannel;
  openStream: (listener: StreamListener) => () => void;
  /** After so long without a beat the leading tab is asleep or gone. */
  silenceMs: number;
  hear: (news: LiveNews) => void;
  /** Live or not: the page asks by itself now, or no more. */
  turned: (live: boolean) => void;
}

const LOCK = 'megdocs-live';

/**
 * One stream for all tabs of a browser: over HTTP/1.1 it has six connections, and ten tabs with a stream each would
 * leave none to sign in with. The tab that holds the lock leads; when it is closed, the browser gives the lock to another.
 */
export function joinLiveTabs({ locks, channel, openStream, silenceMs, hear, turned }: LiveTabParts): LiveTab {
  const ended = new AbortController();
  let live = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const turn = (to: boolean) => {
    clearTimeout(silence);
    if (to) silence = setTimeout(() => turn(false), silenceMs);
    if (live === to) return;
    live = to;
    turned(to);
    // What happened in between was told to nobody.
    if (to) hear({ kind: 'anything' });
  };
  const say = (said: Said) => channel.postMessage(said);
  let leads = false;

  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind === 'who leads') {
      if (leads && live) say({ kind: 'beat' });
      return;
    }
    turn(data.kind !== 'lost');
    if (data.kind === 'news') hear(data.news);
  };

  const lead = () =>
    new Promise<void>((done) => {
      leads = true;
      const close = openStream({
        news: (news) => {
          say({ kind: 'news', news });
          hear(news);
        },
        beat: () => {
          say({ kind: 'beat' });
          turn(true);
        },
        lost: () => {
          say({ kind: 'lost' });
          turn(false);
        },
      });
      ended.signal.addEventListener('abort', () => {
        close();
        done();
      });
    });
  locks.request(LOCK, { signal: ended.signal }, lead).catch(() => {});
  say({ kind: 'who leads' });

  return {
    isLive: () => live,
    stop() {
      clearTimeout(silence);
      ended.abort();
      channel.close();
    },
  };
}
