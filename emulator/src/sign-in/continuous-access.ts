import type { AccessToken } from '../world/grants.ts';
import type { World } from '../world/world.ts';

/**
 * The claims, in base64, that an application must ask for anew: its token is older than what has happened to the
 * account since. Only for applications that said they understand it; the tokens of others end by their own time.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/app-resilience-continuous-access-evaluation
 */
export function findClaimsChallenge(world: World, token: AccessToken): string | undefined {
  const user = token.userId === undefined ? undefined : world.directory.findUser(token.userId);
  if (user === undefined || !token.capable) return undefined;
  const { directory, clock } = world;
  const validFrom = directory.isDisabled(user) ? clock.now().getTime() : directory.validFrom(user);
  if (token.issuedAt >= validFrom) return undefined;
  const value = String(Math.floor(validFrom / 1000));
  return Buffer.from(JSON.stringify({ access_token: { nbf: { essential: true, value } } })).toString('base64');
}
