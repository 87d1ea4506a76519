import type { Application } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { SignInError } from './errors.ts';
import { isAbsoluteUri, isRegistered } from './redirect-uris.ts';
import { parseScopes } from './scopes.ts';
import { type Authority, assertAudience, resolveAuthority } from './tenants.ts';

type ResponseMode = 'query' | 'fragment' | 'form_post';

/** Where the answer goes; known before anything else, since it decides how a refusal is told. */
export interface ReplyAddress {
  redirectUri: string;
  responseMode: ResponseMode;
  state?: string;
}

export interface AuthorizeRequest {
  kind: 'authorize';
  authority: Authority;
  app: Application;
  reply: ReplyAddress;
  scopes: string[];
  prompt: 'login' | 'none' | 'consent' | 'select_account' | 'create' | undefined;
  loginHint?: string;
  nonce?: string;
  codeChallenge?: { value: string; method: 'S256' | 'plain' };
}

/** What is wrong before this is known is shown on Microsoft's own page: the application never hears of it. */
export function readReplyAddress(
  world: World,
  segment: string,
  params: URLSearchParams,
): { authority: Authority; app: Application; reply: ReplyAddress } {
  const authority = resolveAuthority(world, segment);
  const app = findApplication(world, params.get('client_id'), authority);
  if (params.has('resource')) throw new SignInError(901002);
  const redirectUri = params.get('redirect_uri') ?? app.redirectUris[0];
  if (redirectUri === undefined) throw new SignInError(500113);
  if (!isAbsoluteUri(redirectUri)) throw new SignInError(90102);
  if (!isRegistered(redirectUri, app.redirectUris)) throw redirectMismatch(redirectUri, app);
  assertAudience(app, authority);
  const state = params.get('state');
  const mode = params.get('response_mode');
  const responseMode = mode === 'fragment' || mode === 'form_post' ? mode : 'query';
  return { authority, app, reply: { redirectUri, responseMode, ...(state === null ? {} : { state }) } };
}

export function findApplication(world: World, clientId: string | null, authority: Authority): Application {
  if (clientId === null || clientId === '') {
    throw new SignInError(900144, "The request body must contain the following parameter: 'client_id'.");
  }
  const app = world.directory.findApplication(clientId);
  const directory = authority.kind === 'tenant' ? authority.tenant.displayName : authority.segment;
  if (app === undefined) {
    const shown = clientId.slice(0, 60).replace(/[^\w-]/g, '?');
    throw new SignInError(
      700016,
      `Application with identifier '${shown}' was not found in the directory '${directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    );
  }
  if (world.directory.isApplicationDisabled(app)) {
    throw new SignInError(7000112, `Application '${app.clientId}'(${app.displayName}) is disabled.`);
  }
  return app;
}

function redirectMismatch(redirectUri: string, app: Application): SignInError {
  if (app.redirectUris.length === 0) return new SignInError(500113);
  return new SignInError(
    50011,
    `The redirect URI '${redirectUri.slice(0, 300)}' specified in the request does not match the redirect URIs configured for the application '${app.clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.`,
  );
}

/** The rest of the request; what is wrong here goes to the redirect URI. */
export function readAuthorizeRequest(
  start: { authority: Authority; app: Application; reply: ReplyAddress },
  params: URLSearchParams,
  graphOrigin: string,
): AuthorizeRequest {
  assertResponseType(params);
  const scopes = parseScopes(params.get('scope') ?? '', start.app, graphOrigin);
  const loginHint = params.get('login_hint')?.trim();
  const nonce = params.get('nonce');
  const codeChallenge = readCodeChallenge(params, start.app);
  return {
    kind: 'authorize',
    ...start,
    scopes,
    prompt: readPrompt(params.get('prompt')),
    ...(loginHint ? { loginHint } : {}),
    ...(nonce === null ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
  };
}

function assertResponseType(params: URLSearchParams): void {
  const type = params.get('response_type');
  if (type === null) {
    throw new SignInError(900144, "The request must contain the following parameter: 'response_type'.");
  }
  if (type !== 'code')
    throw new SignInError(700054, `response_type '${type.slice(0, 60)}' is not enabled for the application.`);
}

function readPrompt(prompt: string | null): AuthorizeRequest['prompt'] {
  if (prompt === null || prompt === '') return undefined;
  const known = (['login', 'none', 'consent', 'select_account', 'create'] as const).find((one) => one === prompt);
  if (known === undefined)
    throw new SignInError(90014, "The provided value for the input parameter 'prompt' is not valid.");
  return known;
}

function readCodeChallenge(params: URLSearchParams, app: Application): AuthorizeRequest['codeChallenge'] {
  const value = params.get('code_challenge');
  if (value === null) {
    if (app.platform === 'spa') throw new SignInError(9002325);
    return undefined;
  }
  const method = params.get('code_challenge_method') ?? 'plain';
  if (method !== 'S256' && method !== 'plain') throw new SignInError(50149, 'Invalid code_challenge_method parameter.');
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(value)) throw new SignInError(50149);
  return { value, method };
}
