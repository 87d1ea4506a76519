/** One code of the identity platform: what is said, and where. */
export interface AadstsEntry {
  /** OAuth's name of the error. */
  error: string;
  /** The HTTP status of the token endpoint. */
  status: number;
  text: string;
  /** At the authorize endpoint: on Microsoft's own page, of which the application never hears, or on its redirect URI. */
  place: 'page' | 'redirect';
  /** The name on the redirect, where it is another one. */
  redirectError?: string;
  suberror?: string;
  /** What a new authorize request must carry to get past this refusal. */
  claims?: string;
}

type Kind = Omit<AadstsEntry, 'text' | 'place'>;

/** Says the same kind of refusal in several codes. */
export function rows(
  kind: Kind,
  place: AadstsEntry['place'],
  texts: Record<number, string>,
): Record<number, AadstsEntry> {
  return Object.fromEntries(Object.entries(texts).map(([code, text]) => [code, { ...kind, place, text }]));
}

export const REQUEST: Kind = { error: 'invalid_request', status: 400 };
/** `invalid_grant` is a word of the token endpoint alone: an authorize request is told to let the person act. */
export const GRANT: Kind = { error: 'invalid_grant', status: 400, redirectError: 'interaction_required' };
export const DENIED: Kind = { error: 'access_denied', status: 400 };
export const SCOPE: Kind = { error: 'invalid_scope', status: 400 };
export const RESOURCE: Kind = { error: 'invalid_resource', status: 400 };
export const UNAUTHORIZED: Kind = { error: 'unauthorized_client', status: 400 };
