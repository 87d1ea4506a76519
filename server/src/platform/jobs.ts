import { fromPglite, PgBoss } from 'pg-boss';
import type { Database } from './database.ts';
import type { Log } from './log.ts';

/** Work that comes round by itself, on the database's queue: one run a period, over all instances. */
export interface Jobs {
  /** Declares `work`; it runs every `seconds` once `start` was called. It must bear running twice at once. */
  every(name: string, seconds: number, work: () => Promise<void>): void;
  start(): Promise<void>;
  /** Waits for what is running, ten seconds at most. */
  stop(): Promise<void>;
}

interface Recurring {
  name: string;
  seconds: number;
  work: () => Promise<void>;
}

export function createJobs(database: Database, log: Log): Jobs {
  const recurring: Recurring[] = [];
  const timers: NodeJS.Timeout[] = [];
  const boss =
    database.kind === 'pglite'
      ? new PgBoss({ db: fromPglite(database.pglite), backend: 'pglite', schedule: false })
      : new PgBoss({ connectionString: database.url, max: 3, schedule: false });
  boss.on('error', (error) => log.error({ err: error }, 'the job queue reports an error'));

  async function startOne({ name, seconds, work }: Recurring): Promise<void> {
    // `short`: at most one waits. A run that was cut off with its process holds nobody up.
    await boss.createQueue(name, { policy: 'short', retryLimit: 0, expireInSeconds: 300, deleteAfterSeconds: 600 });
    await boss.work(name, { pollingIntervalSeconds: Math.min(2, Math.max(0.5, seconds / 2)) }, async () => {
      try {
        await work();
      } catch (error) {
        log.error({ err: error, job: name }, 'a job failed; it comes round again');
      }
    });
    const send = () =>
      boss.send(name, {}).catch((error) => log.warn({ err: error, job: name }, 'a job was not queued'));
    await send();
    timers.push(setInterval(send, seconds * 1000));
  }

  let started = false;
  return {
    every(name, seconds, work) {
      recurring.push({ name, seconds, work });
    },
    async start() {
      await boss.start();
      started = true;
      for (const job of recurring) await startOne(job);
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      if (started) await boss.stop({ graceful: true, timeout: 10_000 });
    },
  };
}
