import type { Application } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { type ClaimsRequest, readClaims } from './claims-parameter.ts';
import { SignInError } from './errors.ts';
import { isAbsoluteUri, isRegistered } from './redirect-uris.ts';
import { readResponseType } from './response-type.ts';
import { parseScopes } from './scopes.ts';
import { type Authority, assertAudience, assertThisCloud, notInDirectory, resolveAuthority } from './tenants.ts';

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
  wants: { code: boolean; idToken: boolean; clientInfo: boolean };
  scopes: string[];
  claims: ClaimsRequest;
  prompt: 'login' | 'none' | 'consent' | 'select_account' | 'create' | undefined;
  loginHint?: string;
  /** Which kind of account: the question is not asked then. */
  domainHint?: 'organizations' | 'consumers';
  nonce?: string;
  codeChallenge?: { value: string; method: 'S256' | 'plain' };
}

interface Start {
  authority: Authority;
  app: Application;
  reply: ReplyAddress;
}

/** What is wrong before this is known is shown on Microsoft's own page: the application never hears of it. */
export function readReplyAddress(world: World, segment: string, params: URLSearchParams, mainOrigin: string): Start {
  const authority = resolveAuthority(world, segment);
  assertThisCloud(authority, 90038);
  const app = findApplication(world, params.get('client_id'), authority);
  if (params.has('resource')) throw new SignInError(901002);
  const redirectUri = params.get('redirect_uri') ?? app.redirectUris[0];
  if (redirectUri === undefined) throw new SignInError(500113);
  if (!isAbsoluteUri(redirectUri)) throw new SignInError(90102);
  if (!isRegistered(redirectUri, app.redirectUris, mainOrigin)) throw redirectMismatch(redirectUri, app);
  assertAudience(app, authority);
  const state = withoutMarkup(params.get('state'));
  return {
    authority,
    app,
    reply: { redirectUri, responseMode: responseModeOf(params), ...(state === undefined ? {} : { state }) },
  };
}

/** As far as an error needs it: a mode that is not allowed is refused in the one that is usual. */
function responseModeOf(params: URLSearchParams): ResponseMode {
  const hasToken = /\b(id_token|token)\b/.test(params.get('response_type') ?? '');
  const mode = params.get('response_mode');
  if (mode === 'fragment' || mode === 'form_post') return mode;
  return hasToken ? 'fragment' : 'query';
}

/** Microsoft takes markup out of a state; everything else comes back as it was. In time with the length alone. */
function withoutMarkup(state: string | null): string | undefined {
  if (state === null) return undefined;
  const lastEnd = state.lastIndexOf('>');
  return state.slice(0, lastEnd + 1).replace(/<[^>]*>/g, '') + state.slice(lastEnd + 1);
}

export function findApplication(world: World, clientId: string | null, authority: Authority): Application {
  if (clientId === null || clientId === '') {
    throw new SignInError(900144, "The request body must contain the following parameter: 'client_id'.");
  }
  const app = world.directory.findApplication(clientId);
  if (app === undefined) throw notInDirectory(clientId, authority);
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
export function readAuthorizeRequest(start: Start, params: URLSearchParams, graphOrigin: string): AuthorizeRequest {
  const responseType = readResponseType(params, start.app);
  const scopes = parseScopes(params.get('scope') ?? '', start.app, graphOrigin);
  if (responseType.idToken && !scopes.includes('openid')) {
    throw new SignInError(70011, "The 'openid' scope is required for the response type 'id_token'.");
  }
  const loginHint = params.get('login_hint')?.trim();
  const nonce = params.get('nonce');
  const codeChallenge = readCodeChallenge(params, start.app);
  const domainHint = readDomainHint(params.get('domain_hint'));
  return {
    kind: 'authorize',
    ...start,
    wants: { ...responseType, clientInfo: params.get('client_info') === '1' },
    scopes,
    claims: readClaims(params.get('claims')),
    prompt: readPrompt(params.get('prompt')),
    ...(loginHint ? { loginHint } : {}),
    ...(domainHint === undefined ? {} : { domainHint }),
    ...(nonce === null ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
  };
}

/** A domain name stands for the organization that has it. */
function readDomainHint(hint: string | null): AuthorizeRequest['domainHint'] {
  if (hint === null || hint === '') return undefined;
  return /^(consumers|live\.com)$/i.test(hint) ? 'consumers' : 'organizations';
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
  if (method !== 'S256' && method !== 'plain') throw new SignInError(50149);
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(value)) throw new SignInError(501491);
  return { value, method };
}
