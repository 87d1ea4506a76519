import { type Graph, GraphError } from '@megdocs/microsoft365';
import type { EditingRoom } from './room.ts';

/** Until when Microsoft wants to hear nothing from a connection. */
export type Waits = Map<string, Date>;

/**
 * Graph as a connection sees it, which also keeps silent as long as Microsoft asked it to: sessions, dialogs and
 * clean-ups of one person share one allowance.
 */
export function graphOf(room: EditingRoom, integrationId: string): Graph {
  const graph = room.accounts.graphFor(integrationId);
  const whenAllowed = async <T>(call: () => Promise<T>): Promise<T> => {
    assertMayCall(room, integrationId);
    try {
      return await call();
    } catch (error) {
      if (error instanceof GraphError && error.kind === 'throttled' && error.retryAfterSeconds !== undefined)
        room.waits.set(integrationId, new Date(room.clock.now().getTime() + error.retryAfterSeconds * 1000));
      throw error;
    }
  };
  return {
    endpoints: graph.endpoints,
    request: (...call) => whenAllowed(() => graph.request(...call)),
    fetchPreAuthenticated: (...call) => whenAllowed(() => graph.fetchPreAuthenticated(...call)),
    sendPreAuthenticated: (...call) => whenAllowed(() => graph.sendPreAuthenticated(...call)),
  };
}

function assertMayCall(room: EditingRoom, integrationId: string): void {
  const until = room.waits.get(integrationId);
  if (!until) return;
  const retryAfterSeconds = (until.getTime() - room.clock.now().getTime()) / 1000;
  if (retryAfterSeconds <= 0) {
    room.waits.delete(integrationId);
    return;
  }
  throw new GraphError({
    status: 429,
    code: 'asked_to_wait',
    kind: 'throttled',
    retryAfterSeconds,
    mayHaveHappened: false,
  });
}
