import { createHash, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import type { Application } from '../world/directory.ts';
import type { World } from '../world/world.ts';
import { SignInError } from './errors.ts';

const CLOCK_TOLERANCE_SECONDS = 300;

/**
 * An assertion signed with the key of one of the application's certificates.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
 */
export async function verifyAssertion(
  world: World,
  app: Application,
  assertion: string,
  audiences: string[],
): Promise<void> {
  const certificate = findCertificate(app, readHeader(assertion));
  const now = world.clock.now();
  if (now > new Date(certificate.validTo)) {
    throw new SignInError(700027, 'Client assertion failed signature validation. [Reason - The key used is expired.]');
  }
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ['PS256', 'RS256'],
      audience: audiences,
      issuer: app.clientId,
      subject: app.clientId,
      requiredClaims: ['exp', 'jti'],
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
  } catch (error) {
    throw new SignInError(codeOf(error));
  }
}

function readHeader(assertion: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(assertion);
  } catch {
    throw new SignInError(50027);
  }
}

/** The header names the certificate by its thumbprint: SHA-256 for new clients, SHA-1 for older ones. */
function findCertificate(app: Application, header: ProtectedHeaderParameters): X509Certificate {
  const { x5t } = header;
  const sha256 = header['x5t#S256'];
  if (typeof x5t !== 'string' && typeof sha256 !== 'string') throw new SignInError(50012);
  const found = app.certificates
    .map(({ pem }) => new X509Certificate(pem))
    .find((one) =>
      typeof sha256 === 'string' ? thumbprint(one, 'sha256') === sha256 : thumbprint(one, 'sha1') === x5t,
    );
  if (found !== undefined) return found;
  throw new SignInError(
    700027,
    'Client assertion failed signature validation. [Reason - The key was not found. Thumbprint of the key used by the client is not registered.]',
  );
}

function thumbprint(certificate: X509Certificate, algorithm: 'sha1' | 'sha256'): string {
  return createHash(algorithm).update(certificate.raw).digest('base64url');
}

function codeOf(error: unknown): number {
  const { code, claim } = error as { code?: string; claim?: string };
  if (code === 'ERR_JWT_EXPIRED' || claim === 'nbf') return 700024;
  if (claim === 'aud') return 700023;
  if (claim === 'iss' || claim === 'sub') return 700021;
  return code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' ? 50027 : 700027;
}
