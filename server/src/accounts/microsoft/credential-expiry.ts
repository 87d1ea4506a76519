import { createHash, X509Certificate } from 'node:crypto';
import type { MicrosoftConfig } from '../../config.ts';

const DAY_MS = 86_400_000;
/** Days before the end at which administrators are told, once each; 0 is the day itself. */
const WARNING_DAYS = [30, 14, 7, 1, 0];

export interface CredentialExpiry {
  kind: 'secret' | 'certificate';
  /** Tells one credential from its successor, and nothing else about it. */
  name: string;
  /** Undefined: unknown. An app can't read its own registration. */
  expiresAt: Date | undefined;
}

/** A certificate says itself until when it is valid; of a secret only the configuration can tell. */
export function credentialExpiry(config: MicrosoftConfig): CredentialExpiry {
  const { credential, secretExpires } = config;
  if (credential.kind === 'secret') {
    // Entra ends a secret at a time of that day; the beginning of it is the safe reading.
    const expiresAt = secretExpires === undefined ? undefined : new Date(`${secretExpires}T00:00:00Z`);
    return { kind: 'secret', name: `secret until ${secretExpires ?? 'unknown'}`, expiresAt };
  }
  const name = `certificate ${createHash('sha256').update(credential.certificatePem).digest('hex').slice(0, 16)}`;
  return { kind: 'certificate', name, expiresAt: validUntil(credential.certificatePem) };
}

function validUntil(pem: string): Date | undefined {
  try {
    return new Date(new X509Certificate(pem).validTo);
  } catch {
    return undefined;
  }
}

/** Whole days that are left; negative once it is over. */
export function daysLeft(expiresAt: Date, now: Date): number {
  return Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS);
}

/** The nearest warning that is due; whoever was down for a week gets one, not three. */
export function dueWarning(days: number): number | undefined {
  return WARNING_DAYS.findLast((threshold) => days <= threshold);
}
