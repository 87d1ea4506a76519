import type { GraphCall } from '@megdocs/microsoft365';
import { type Db, inTransaction } from '../../platform/database.ts';
import type { Log } from '../../platform/log.ts';
import { type CallToKeep, insertCalls } from './call-store.ts';
import { describeCall } from './describe-call.ts';
import { sessionWorkedOn } from './working-on.ts';

/** Keeps what was done in people's OneDrives. Nobody's call waits for it. */
export interface CallLog {
  heard(integrationId: string, call: GraphCall): void;
  /** Writes what waits; whoever reads the log calls it first. */
  flush(): Promise<void>;
}

const FLUSH_AFTER_MS = 500;
const FLUSH_AT = 200;
/** While the database is away so many wait; then the oldest go, and their number is logged. */
const WAITING_LIMIT = 20_000;

interface Heard extends Omit<CallToKeep, 'ageSeconds'> {
  tick: number;
}

export function createCallLog(db: Db, log: Log): CallLog {
  let waiting: Heard[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const now = performance.now();
    const calls = batch.map(({ tick, ...call }) => ({ ...call, ageSeconds: Math.max(0, (now - tick) / 1000) }));
    try {
      await inTransaction(db, (tx) => insertCalls(tx, calls));
    } catch (error) {
      log.warn({ err: error, calls: batch.length }, 'what was done in OneDrive could not be written down; tried again');
      waiting = [...batch, ...waiting];
      if (waiting.length > WAITING_LIMIT) {
        log.error({ lost: waiting.length - WAITING_LIMIT }, 'calls on files are missing from the log of OneDrive');
        waiting = waiting.slice(-WAITING_LIMIT);
      }
    }
  };
  const flush = () => {
    writing = writing.then(write);
    return writing;
  };
  return {
    heard(integrationId, { method, path, status, requestId }) {
      waiting.push({
        integrationId,
        sessionId: sessionWorkedOn() ?? null,
        ...describeCall(method, path),
        status,
        requestId: requestId ?? null,
        tick: performance.now(),
      });
      if (waiting.length >= FLUSH_AT) void flush();
      else timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref();
    },
    flush,
  };
}
