import { timingSafeEqual } from 'node:crypto';
import { routes } from '@megdocs/contract';
import { type DriveNotification, readNotifications } from '@megdocs/microsoft365';
import type { FastifyInstance } from 'fastify';
import { sha256 } from '../../platform/random.ts';
import type { EditingRoom } from '../room.ts';
import { hastenDrive } from './drive-store.ts';
import { findSubscriptions, hurrySubscription } from './subscription-store.ts';

const LIMIT_BYTES = 256 * 1024;
const LONGEST_TOKEN = 4096;
const PER_ADDRESS = { max: 600, timeWindow: '1 minute' };

/**
 * Where Microsoft says that a drive changed. Anybody can call it, so nothing that comes here does more than make a look
 * sooner, and whoever sends nonsense learns nothing: the answer is always the same.
 */
export function notificationRoutes(fastify: FastifyInstance, room: EditingRoom): void {
  void fastify.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMIT_BYTES }, (_, body, done) => done(null, body));
    app.post<{ Querystring: Record<string, unknown> }>(
      routes.microsoftNotifications,
      { schema: { hide: true }, config: { rateLimit: PER_ADDRESS, fromAnywhere: true } },
      async (request, reply) => {
        const { validationToken } = request.query;
        // The handshake: the token comes back letter for letter, as text that no browser takes for a page.
        if (typeof validationToken === 'string' && validationToken.length <= LONGEST_TOKEN)
          return reply.type('text/plain; charset=utf-8').send(validationToken);
        const notifications = readNotifications(parseJson(request.body));
        // Microsoft waits three seconds for the answer and no longer: it does not wait for our database.
        hearNotifications(room, notifications).catch((error: unknown) =>
          room.log.warn({ err: error }, 'notifications of changes were not heard'),
        );
        return reply.code(202).send();
      },
    );
  });
}

async function hearNotifications(room: EditingRoom, notifications: readonly DriveNotification[]): Promise<void> {
  const bySubscription = new Map(
    notifications.map((one) => [`${one.subscriptionId} ${one.lifecycleEvent ?? ''}`, one]),
  );
  if (bySubscription.size === 0) return;
  const ids = [...new Set(notifications.map(({ subscriptionId }) => subscriptionId))];
  const known = new Map((await findSubscriptions(room.db, ids)).map((row) => [row.subscription_id, row]));
  for (const { subscriptionId, clientState, lifecycleEvent } of bySubscription.values()) {
    const row = known.get(subscriptionId);
    if (!row?.client_state_hash || !isSame(row.client_state_hash, clientState)) continue;
    if (lifecycleEvent === 'reauthorizationRequired') await hurrySubscription(room.db, row);
    else if (lifecycleEvent === 'subscriptionRemoved')
      await hurrySubscription(room.db, row, { subscription_id: null, client_state_hash: null });
    else await hastenDrive(room.db, row);
  }
}

/** Hashes have one length, so the comparison takes one time. */
function isSame(hash: Uint8Array, clientState: string | undefined): boolean {
  return timingSafeEqual(hash, sha256(clientState ?? ''));
}

function parseJson(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}
