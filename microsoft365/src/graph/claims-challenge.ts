const LIMIT_CHARACTERS = 8192;

/**
 * The claims of an `insufficient_claims` challenge, decoded. There may be several challenges, in one header or many;
 * values come with and without quotes, as base64 or base64url.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function readClaimsChallenge(header: string | string[] | undefined): string | undefined {
  for (const challenge of [header ?? []].flat()) {
    if (!/(^|[\s,])error\s*=\s*"?insufficient_claims\b/i.test(challenge)) continue;
    for (const [, encoded = ''] of challenge.matchAll(/(?:^|[\s,])claims\s*=\s*"?([\w+/=-]+)/gi)) {
      const claims = validClaims(decode(encoded));
      if (claims !== undefined) return claims;
    }
  }
  return undefined;
}

/** The text if it is a JSON object of bearable length: what else came as claims is nobody's request. */
export function validClaims(text: string | undefined): string | undefined {
  if (text === undefined || text.length > LIMIT_CHARACTERS) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? text : undefined;
  } catch {
    return undefined;
  }
}

function decode(encoded: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}
