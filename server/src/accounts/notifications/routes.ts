import { notifications, routes } from '@megdocs/contract';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Http } from '../../platform/http.ts';
import type { AccountsRoom } from '../room.ts';
import { countUnread, markAllRead, newestNotifications } from './notification-store.ts';

const SHOWN = 100;

export function notificationRoutes(http: Http, room: AccountsRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  app.get(routes.myNotifications, { schema: { response: { 200: notifications } } }, async (request) => {
    const { personId } = await room.signedIn(request);
    const rows = await newestNotifications(room.db, personId, SHOWN);
    return {
      notifications: rows.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        text: row.text,
        link: row.link,
        read: row.read_at !== null,
      })),
      unread: await countUnread(room.db, personId),
    };
  });
  app.post(routes.myNotifications, async (request, reply) => {
    const { personId } = await room.signedIn(request);
    await markAllRead(room.db, personId);
    return reply.status(204).send();
  });
}
