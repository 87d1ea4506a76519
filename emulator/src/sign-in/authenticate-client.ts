import type { Application } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { SignInError } from './errors.ts';
import { verifyAssertion } from './verify-assertion.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The id and secret that a token request carries, in the form or by HTTP Basic. */
export interface ClientCredentials {
  clientId: string | null;
  secret?: string;
  assertion?: string;
}

export function readClientCredentials(form: URLSearchParams, authorization: string | undefined): ClientCredentials {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  const secret = form.get('client_secret') ?? basic?.secret;
  const assertion = form.get('client_assertion_type') === ASSERTION_TYPE ? form.get('client_assertion') : null;
  return {
    clientId: form.get('client_id') ?? basic?.clientId ?? null,
    ...(secret ? { secret } : {}),
    ...(assertion ? { assertion } : {}),
  };
}

/** RFC 6749 2.3.1: both halves are form-encoded before they are joined. */
function readBasic(authorization: string): { clientId: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '));
    return { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
  } catch {
    throw new SignInError(9002313);
  }
}

/** A page can keep no secret: what a single-page application registers besides does not count. */
export function isConfidential(app: Application): boolean {
  return app.platform !== 'spa' && (app.secrets.length > 0 || app.certificates.length > 0);
}

/** Refuses an application that does not prove who it is, or proves it though it is a public client. */
export async function authenticateClient(
  world: World,
  app: Application,
  credentials: ClientCredentials,
  audiences: string[],
): Promise<void> {
  const offers = credentials.secret !== undefined || credentials.assertion !== undefined;
  if (!isConfidential(app)) {
    if (offers) throw new SignInError(700025);
    return;
  }
  if (credentials.assertion !== undefined) return verifyAssertion(world, app, credentials.assertion, audiences);
  if (credentials.secret === undefined) throw new SignInError(7000218);
  verifySecret(world, app, credentials.secret);
}

function verifySecret(world: World, app: Application, secret: string): void {
  const known = app.secrets.find((one) => one.value === secret);
  if (known === undefined) {
    throw new SignInError(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
    );
  }
  const expiresAt = known.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(known.expiresAt);
  if (world.directory.areSecretsExpired(app) || expiresAt <= world.clock.now().getTime()) {
    throw new SignInError(7000222, `The provided client secret keys for app '${app.clientId}' are expired.`);
  }
}
