import { AsyncLocalStorage } from 'node:async_hooks';

const sessions = new AsyncLocalStorage<string>();

/** Runs `work` so that every call to Microsoft in it is known to be made for this edit session. */
export function workingOn<T>(sessionId: string, work: () => T): T {
  return sessions.run(sessionId, work);
}

export function sessionWorkedOn(): string | undefined {
  return sessions.getStore();
}
