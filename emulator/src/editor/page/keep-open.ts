import { sendClose, sendHeartbeat } from './api.ts';
import type { PageConfig } from './config.ts';
import type { DocumentSaver } from './document-saver.ts';

const HEARTBEAT_MS = 30_000;

/** The lock of an open document lives from heartbeats and ends with the page. */
export function keepOpen(config: PageConfig, saver: () => DocumentSaver | undefined): () => void {
  const heartbeat = setInterval(() => void sendHeartbeat(config), HEARTBEAT_MS);
  const leave = () => {
    saver()?.flush();
    sendClose(config);
  };
  const comeBack = (event: PageTransitionEvent) => {
    if (event.persisted) void sendHeartbeat(config);
  };
  const saveNow = () => void saver()?.save();
  const hide = () => document.visibilityState === 'hidden' && void saver()?.save();
  const warn = (event: BeforeUnloadEvent) => {
    if (document.querySelector('[data-save-state=failed]')) event.preventDefault();
  };
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', comeBack);
  window.addEventListener('beforeunload', warn);
  window.addEventListener('online', saveNow);
  document.addEventListener('visibilitychange', hide);
  return () => {
    clearInterval(heartbeat);
    window.removeEventListener('pagehide', leave);
    window.removeEventListener('pageshow', comeBack);
    window.removeEventListener('beforeunload', warn);
    window.removeEventListener('online', saveNow);
    document.removeEventListener('visibilitychange', hide);
  };
}
