import type { TestServer } from './harness.ts';

/** What a process that was killed does: nothing more. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** Kills the server between two steps of its work: a query or transaction, a call to Microsoft, a file kept or read. */
export interface Power {
  /** Runs `work`, whose process dies before its step number `steps`; answers whether it lived to the end. */
  cutAfter(steps: number, work: () => Promise<unknown>): Promise<boolean>;
}

export function powerOf({ app, db }: TestServer): Power {
  let left = Number.POSITIVE_INFINITY;
  let counting = false;
  let dead = false;
  const step = () => {
    if (dead) throw new Killed();
    if (!counting) return;
    left -= 1;
    if (left < 0) {
      dead = true;
      throw new Killed();
    }
  };
  const before =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      step();
      return act(...given);
    };

  const executor = db.getExecutor();
  executor.provideConnection = before(executor.provideConnection.bind(executor)) as typeof executor.provideConnection;
  const { blobs, accounts } = app;
  Object.assign(blobs, {
    receive: before(blobs.receive),
    keep: before(blobs.keep),
    open: before(blobs.open),
    asFile: before(blobs.asFile),
  });
  const { graphFor, signedIn } = accounts;
  accounts.graphFor = (id) => {
    const graph = graphFor(id);
    return {
      endpoints: graph.endpoints,
      request: before(graph.request),
      fetchPreAuthenticated: before(graph.fetchPreAuthenticated),
      sendPreAuthenticated: before(graph.sendPreAuthenticated),
    };
  };
  // What a request does before it knows who asks is the same for all, and is not counted.
  accounts.signedIn = async (request) => {
    const person = await signedIn(request);
    counting = true;
    return person;
  };
  return {
    async cutAfter(steps, work) {
      left = steps;
      try {
        await work();
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      const lived = !dead;
      left = Number.POSITIVE_INFINITY;
      dead = false;
      counting = false;
      return lived;
    },
  };
}
