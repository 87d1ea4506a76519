import { z } from 'zod';
import { SignInError } from './errors.ts';

/** What the `claims` parameter of an authorize or token request asks for. */
export interface ClaimsRequest {
  /** The application says that it understands claims challenges (`xms_cc` with `cp1`). */
  capable: boolean;
  /** Authentication contexts, such as `c1`. */
  contexts: string[];
  /** The person must have signed in after this time: the answer to a revocation. */
  notBefore?: number;
  /** Names a policy that was not met: asks for the second factor. */
  stepUp: boolean;
  idTokenClaims: string[];
}

const wanted = z.looseObject({
  value: z.unknown().optional(),
  values: z.array(z.unknown()).optional(),
});
const claimsOf = z.record(z.string(), wanted.nullable());
const claimsSchema = z.looseObject({ access_token: claimsOf.optional(), id_token: claimsOf.optional() });

type Claims = z.infer<typeof claimsOf>;

export function readClaims(text: string | null): ClaimsRequest {
  const parsed = parse(text);
  const access = parsed.access_token ?? {};
  const id = parsed.id_token ?? {};
  const notBefore = Number(valuesOf(access, 'nbf')[0]);
  return {
    capable: valuesOf(access, 'xms_cc').some((value) => value.toLowerCase() === 'cp1'),
    contexts: [...valuesOf(access, 'acrs'), ...valuesOf(id, 'acrs')],
    ...(Number.isFinite(notBefore) ? { notBefore: notBefore * 1000 } : {}),
    stepUp: ['capolids', 'polids', 'deviceid'].some((name) => name in access),
    idTokenClaims: Object.keys(id),
  };
}

function parse(text: string | null): z.infer<typeof claimsSchema> {
  if (text === null || text === '') return {};
  try {
    return claimsSchema.parse(JSON.parse(text));
  } catch {
    throw new SignInError(9002313, "Invalid request. The value of the input parameter 'claims' is malformed.");
  }
}

function valuesOf(claims: Claims, name: string): string[] {
  const asked = claims[name];
  const values = asked?.values ?? (asked?.value === undefined ? [] : [asked.value]);
  return values.map(String);
}
