import type { FastifyRequest } from 'fastify';
import { findClaimsChallenge } from '../sign-in/continuous-access.ts';
import type { World } from '../world/world.ts';
import type { Caller } from './call.ts';
import { GraphError } from './errors.ts';

/** What an operation needs of the token's scopes. */
export type Access = 'signed-in' | 'profile' | 'read' | 'write';

const WRITE = ['Files.ReadWrite', 'Files.ReadWrite.All', 'Sites.ReadWrite.All'];
const READ = ['Files.Read', 'Files.Read.All', 'Sites.Read.All', ...WRITE];
const PROFILE = ['User.Read', 'User.ReadBasic.All'];
const NEEDED: Record<Access, readonly string[] | undefined> = {
  'signed-in': undefined,
  profile: PROFILE,
  read: READ,
  write: WRITE,
};

/** Reads the bearer token as Graph does, and refuses in its words. */
export function authorizeCaller(world: World, request: FastifyRequest, mainOrigin: string): Caller {
  const token = /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw refuse('Access token is empty.', mainOrigin);
  const known = world.grants.findAccessToken(token);
  if (known === undefined) throw refuse(describeUnknown(token), mainOrigin);
  if (known.expired) throw refuse('Lifetime validation failed, the token is expired.', mainOrigin);
  const user = known.userId === undefined ? undefined : world.directory.findUser(known.userId);
  if (known.userId !== undefined && user === undefined)
    throw refuse('The user of the token was not found.', mainOrigin);
  const challenge = findClaimsChallenge(world, known);
  if (challenge !== undefined)
    throw refuse(REVOKED, mainOrigin, `, error="insufficient_claims", claims="${challenge}"`);
  const { clientId, tenantId, scopes } = known;
  return { clientId, tenantId, scopes, ...(user === undefined ? {} : { user }) };
}

export function assertScopes(caller: Caller, access: Access): void {
  const needed = NEEDED[access];
  if (needed === undefined || caller.scopes.some((scope) => needed.includes(scope))) return;
  throw new GraphError('accessDenied', 'Insufficient privileges to complete the operation.');
}

function describeUnknown(token: string): string {
  if (token.startsWith('EwB')) return 'CompactToken validation failed with reason code: 80049228.';
  if (token.split('.').length !== 3) return 'IDX14100: JWT is not well formed, there are no dots (.).';
  return 'Signature is invalid.';
}

const REVOKED =
  'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp';

function refuse(message: string, mainOrigin: string, more = ''): GraphError {
  const challenge = `Bearer realm="", authorization_uri="${mainOrigin}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"${more}`;
  return new GraphError('InvalidAuthenticationToken', message, { 'www-authenticate': challenge });
}
