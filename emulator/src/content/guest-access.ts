import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/errors.ts';
import { presentItem } from '../graph/present.ts';
import { originsOf } from '../http/origins.ts';
import { opensFor } from '../world/permissions.ts';
import { AREAS, type ContentOrigin, viewOf } from './content-origin.ts';
import { downloadUrlOf } from './signed-urls.ts';

type GuestRoute = { Querystring: { share?: string } };

/** Where a sharing link leads in a browser: to the item, with the right that the link gives. */
export function registerGuestAccess(app: FastifyInstance, origin: ContentOrigin): void {
  for (const area of AREAS) {
    app.get<GuestRoute>(`/${area}/:site/_layouts/15/guestaccess.aspx`, (request, reply) =>
      follow(origin, request, reply),
    );
  }
}

function follow(origin: ContentOrigin, request: FastifyRequest<GuestRoute>, reply: FastifyReply): FastifyReply {
  const { world } = origin;
  const permission = world.permissions.findByToken(String(request.query.share ?? ''));
  const item = permission && world.files.findLivingItem(permission);
  if (permission?.link === undefined || item === undefined) throw new GraphError('itemNotFound');
  const view = viewOf(origin, request);
  const user = world.sessions.accounts(request.headers.cookie)[0]?.user;
  if (user === undefined) {
    if (permission.link.scope === 'anonymous' && item.kind === 'file')
      return reply.redirect(downloadUrlOf(view, item), 302);
    const { main, content } = originsOf(request, origin.ports());
    return reply.redirect(`${main}/_signin?return_to=${encodeURIComponent(`${content}${request.raw.url}`)}`, 302);
  }
  const tenantId = world.files.tenantOf(world.files.driveById(item.driveId)) ?? '';
  const { link } = permission;
  if (opensFor(link, user, tenantId) && !link.redeemedBy.includes(user.id))
    world.permissions.put({ ...permission, link: { ...link, redeemedBy: [...link.redeemedBy, user.id] } });
  if (world.permissions.roleOf(user, item) === undefined) throw new GraphError('accessDenied');
  return reply.redirect(String(presentItem(view, item).webUrl), 302);
}
