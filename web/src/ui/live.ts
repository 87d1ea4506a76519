import { type LiveNews, openLiveStream, SILENCE_MS } from './live-stream.ts';
import { joinLiveTabs, type LiveTab } from './live-tabs.ts';

/** While news come by themselves, a page asks so often all the same: for what nobody tells, such as a right. */
const WHILE_LIVE_MS = 60_000;

let tab: LiveTab | undefined;

/** For `refetchInterval`: as often as given, and rarely while news come by themselves. */
export const unlessLive = (everyMs: number) => () => (tab?.isLive() ? Math.max(everyMs, WHILE_LIVE_MS) : everyMs);

/** Joins the browser's stream of live news. Where the browser can't, pages go on asking. Answers how to leave. */
export function startLive(hear: (news: LiveNews) => void, turned: () => void): () => void {
  if (!('locks' in navigator) || !('BroadcastChannel' in window) || !('EventSource' in window)) return () => {};
  const own = joinLiveTabs({
    locks: navigator.locks,
    channel: new BroadcastChannel('megdocs-live'),
    openStream: openLiveStream,
    silenceMs: SILENCE_MS,
    hear,
    turned,
  });
  tab = own;
  return () => {
    own.stop();
    if (tab === own) tab = undefined;
  };
}

/** For signing out: the end of the stream is no news then, and nobody would be there to ask again. */
export function leaveLive(): void {
  tab?.stop();
  tab = undefined;
}
