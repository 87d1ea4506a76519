import { afterEach, expect, test, vi } from 'vitest';
import type { LiveNews, StreamListener } from './live-stream.ts';
import { joinLiveTabs, type LiveTab } from './live-tabs.ts';

/** The browser's lock: whoever asked first holds it until they are done. */
function oneLock() {
  const waiting: { run: () => void; signal: AbortSignal }[] = [];
  let held = false;
  const next = () => {
    held = false;
    const one = waiting.shift();
    if (one?.signal.aborted) return next();
    one?.run();
  };
  const request = (_: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) =>
    new Promise<void>((resolve) => {
      const run = () => {
        held = true;
        void work().then(() => {
          resolve();
          next();
        });
      };
      if (held) waiting.push({ run, signal });
      else run();
    });
  return { request } as unknown as Pick<LockManager, 'request'>;
}

const tabs: LiveTab[] = [];
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.stop();
  vi.useRealTimers();
});

function browser() {
  const locks = oneLock();
  const name = `live-${Math.random()}`;
  const streams: StreamListener[] = [];
  let open = 0;
  return {
    streams,
    openNow: () => open,
    tab(silenceMs = 60_000) {
      const heard: LiveNews[] = [];
      const turns: boolean[] = [];
      const tab = joinLiveTabs({
        locks,
        channel: new BroadcastChannel(name),
        openStream: (listener) => {
          streams.push(listener);
          open += 1;
          return () => {
            open -= 1;
          };
        },
        silenceMs,
        hear: (news) => heard.push(news),
        turned: (live) => turns.push(live),
      });
      tabs.push(tab);
      return { ...tab, heard, turns };
    },
  };
}

const news: LiveNews = { kind: 'documents', ids: ['a'] };

test('E3: ten tabs hold one stream, and all of them hear', async () => {
  const { tab, streams, openNow } = browser();
  const ten = Array.from({ length: 10 }, () => tab());
  expect(streams).toHaveLength(1);
  expect(openNow()).toBe(1);
  streams[0]?.beat();
  streams[0]?.news(news);
  for (const one of ten) await expect.poll(() => one.heard).toContainEqual(news);
  expect(ten.every((one) => one.isLive())).toBe(true);
});

test('when the tab that leads is closed, another leads', async () => {
  const { tab, streams, openNow } = browser();
  const [first, second, third] = [tab(), tab(), tab()];
  streams[0]?.beat();
  first.stop();
  await expect.poll(() => streams.length).toBe(2);
  expect(openNow()).toBe(1);
  streams[1]?.beat();
  streams[1]?.news(news);
  await expect.poll(() => third.heard).toContainEqual(news);
  expect(second.heard).toContainEqual(news);
});

test('a tab that comes later is live at once, and fetches what it may have missed', async () => {
  const { tab, streams } = browser();
  tab();
  streams[0]?.beat();
  const late = tab();
  await expect.poll(() => late.isLive()).toBe(true);
  expect(late.heard).toEqual([{ kind: 'anything' }]);
});

test('a lost stream lets every tab ask by itself, and a new one lets them fetch once', async () => {
  const { tab, streams } = browser();
  const [leader, other] = [tab(), tab()];
  streams[0]?.beat();
  await expect.poll(() => other.isLive()).toBe(true);
  streams[0]?.lost();
  await expect.poll(() => other.isLive()).toBe(false);
  expect(leader.turns).toEqual([true, false]);
  streams[0]?.beat();
  await expect.poll(() => other.turns).toEqual([true, false, true]);
  expect(other.heard.at(-1)).toEqual({ kind: 'anything' });
});

test('a leading tab that was put to sleep is noticed by its silence', async () => {
  const { tab, streams } = browser();
  tab();
  const other = tab(50);
  streams[0]?.beat();
  await expect.poll(() => other.turns).toEqual([true, false]);
});
