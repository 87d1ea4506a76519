import type { FastifyRequest } from 'fastify';
import { GraphError } from '../graph/errors.ts';
import type { View } from '../graph/view.ts';
import { originsOf, type Ports } from '../http/origins.ts';
import type { World } from '../world/world.ts';
import type { UploadSessions } from './upload-sessions.ts';

/** What the routes of the content origin work with. */
export interface ContentOrigin {
  world: World;
  sessions: UploadSessions;
  ports(): Ports;
}

/** Where the addresses of people's drives begin, and those of sites. */
export const AREAS = ['personal', 'sites'] as const;

export function viewOf(origin: ContentOrigin, request: FastifyRequest): View {
  return { world: origin.world, origins: originsOf(request, origin.ports()) };
}

/** These URLs are secrets themselves; a token beside them has leaked to a host that should never see it. */
export function assertNoToken({ world }: ContentOrigin, request: FastifyRequest): void {
  if (request.headers.authorization === undefined) return;
  if (request.logged) request.logged.leakedBearer = true;
  if (!world.behaviour.refuseTokenOnContent) return;
  throw new GraphError('unauthenticated', 'A pre-authenticated URL must be called without an Authorization header.');
}
