import type { PageConfig } from './config.ts';

const RETRY_MS = 5000;

/**
 * Hears from the server when somebody has saved the document. A hidden tab does not listen, because a browser gives a
 * server only a few connections; it catches up as it is shown again.
 */
export function watchSaves(
  { documentUrl, tab }: PageConfig,
  notice: (tag: string) => void,
  noticeName: (name: string) => void,
): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const listen = () => {
    stop();
    if (document.visibilityState === 'hidden') return;
    source = new EventSource(`${documentUrl}/saves`);
    source.onmessage = ({ data }) => {
      const saved: { tag: string; name: string; tab?: string } = JSON.parse(data);
      noticeName(saved.name);
      if (saved.tab !== tab) notice(saved.tag);
    };
    // The browser itself connects again after a cut, but not after a refusal.
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(listen, RETRY_MS);
    };
  };
  listen();
  document.addEventListener('visibilitychange', listen);
  window.addEventListener('online', listen);
  window.addEventListener('pageshow', listen);
  return () => {
    stop();
    document.removeEventListener('visibilitychange', listen);
    window.removeEventListener('online', listen);
    window.removeEventListener('pageshow', listen);
  };
}
