import type { Application } from '../world/directory.ts';
import { SignInError } from './errors.ts';
import { findPermission } from './permissions.ts';

const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/**
 * Reads a `scope` parameter: names in Microsoft's own spelling, without the resource in front. `.default` stands for
 * what the application's registration lists.
 */
export function parseScopes(text: string, app: Application, graphOrigin: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new SignInError(900144, "The request must contain the following parameter: 'scope'.");
  const names = words.map((word) => stripResource(word, graphOrigin, text));
  const others = names.filter((name) => name !== '.default' && !OIDC_SCOPES.includes(name));
  if (!names.includes('.default')) return unique(names);
  if (others.length > 0) throw invalidScope(text);
  if (app.permissions.length === 0) throw new SignInError(650056);
  return unique([...names.filter((name) => name !== '.default'), ...app.permissions]);
}

/** At the token endpoint the scopes may name one resource: Graph, with or without its address in front. */
export function assertOneResource(text: string, graphOrigin: string): void {
  const words = text.split(/\s+/).filter((word) => word !== '' && !OIDC_SCOPES.includes(word.toLowerCase()));
  const resources = words.map((word) => (isGraphs(word, graphOrigin) ? 'graph' : resourceOf(word)));
  if (new Set(resources).size > 1) throw new SignInError(700022);
}

function isGraphs(word: string, graphOrigin: string): boolean {
  return graphPrefixOf(word, graphOrigin) !== undefined || resourceOf(word) === undefined;
}

function graphPrefixOf(word: string, graphOrigin: string): string | undefined {
  const prefixes = ['https://graph.microsoft.com', graphOrigin, GRAPH_APP_ID];
  return prefixes.find((one) => word.toLowerCase().startsWith(`${one.toLowerCase()}/`));
}

/** The address or id of an API in front of a scope. */
function resourceOf(word: string): string | undefined {
  return /^((?:https?|api):\/\/[^/]+|[\da-f-]{36})\//i.exec(word)?.[1];
}

function stripResource(word: string, graphOrigin: string, whole: string): string {
  const prefix = graphPrefixOf(word, graphOrigin);
  const other = prefix === undefined ? resourceOf(word) : undefined;
  if (other !== undefined) {
    throw new SignInError(
      500011,
      `The resource principal named ${shown(other)} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    );
  }
  const name = prefix === undefined ? word : word.slice(prefix.length).replace(/^\/+/, '');
  if (name.toLowerCase() === '.default') return '.default';
  const known = findPermission(name);
  if (known === undefined) throw invalidScope(whole);
  return known;
}

function invalidScope(text: string): SignInError {
  return new SignInError(
    70011,
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${shown(text)} is not valid.`,
  );
}

function shown(text: string): string {
  return text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
