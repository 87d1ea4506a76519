import { createHash, createPrivateKey, type KeyObject, type webcrypto, X509Certificate } from 'node:crypto';
import { ConnectionError } from './connection-error.ts';
import type { CertificateCredential } from './microsoft-app.ts';

const LEAST_MODULUS_BITS = 2048;

/** What a certificate says about itself. */
export interface AppCertificate {
  /** Both as in the certificate; Entra refuses it outside of them (AADSTS700027, 700024). */
  validFrom: Date;
  validUntil: Date;
  /** SHA-256 of the DER form, base64url: the `x5t#S256` of the assertion, by which Entra finds the certificate. */
  thumbprint: string;
  /** Distinguished name, one part a line, to show to an administrator. */
  subject: string;
}

/**
 * Reads the app's certificate and makes sure that its key can sign for it. Call it when the server starts: a pair that
 * doesn't fit would otherwise be found at the first renewal. Nothing is said here about expiry: see `validUntil`.
 * @throws ConnectionError `client_credential_invalid`, whose message says which part is wrong, never a byte of the key
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function readAppCertificate(credential: CertificateCredential): AppCertificate {
  return openPair(credential).certificate;
}

interface SigningKey {
  key: webcrypto.CryptoKey;
  thumbprint: string;
}

/** Imported once a credential: reading and checking a pair costs more than a signature. */
const keys = new WeakMap<CertificateCredential, Promise<SigningKey>>();

export function signingKey(credential: CertificateCredential): Promise<SigningKey> {
  const known = keys.get(credential);
  if (known) return known;
  const imported = importKey(credential);
  keys.set(credential, imported);
  return imported;
}

async function importKey(credential: CertificateCredential): Promise<SigningKey> {
  const { certificate, privateKey } = openPair(credential);
  const pkcs8 = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']);
  return { key, thumbprint: certificate.thumbprint };
}

function openPair({ certificatePem, privateKeyPem }: CertificateCredential) {
  const x509 = attempt('the certificate is not a PEM certificate', () => new X509Certificate(certificatePem));
  const privateKey = attempt('the private key is not an unencrypted PEM key', () => createPrivateKey(privateKeyPem));
  assertFits(x509, privateKey);
  const certificate: AppCertificate = {
    validFrom: new Date(x509.validFrom),
    validUntil: new Date(x509.validTo),
    thumbprint: createHash('sha256').update(x509.raw).digest('base64url'),
    subject: x509.subject,
  };
  return { certificate, privateKey };
}

function assertFits(x509: X509Certificate, privateKey: KeyObject): void {
  if (!x509.checkPrivateKey(privateKey)) throw unusable("the private key is not the certificate's");
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (privateKey.asymmetricKeyType !== 'rsa') throw unusable('the key is not RSA, which PS256 needs');
  if (bits < LEAST_MODULUS_BITS) throw unusable(`the RSA key has ${bits} bits, ${LEAST_MODULUS_BITS} are needed`);
}

function attempt<T>(reason: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unusable(reason, cause);
  }
}

function unusable(reason: string, cause?: unknown): ConnectionError {
  return new ConnectionError('app', 'client_credential_invalid', { reason, cause });
}
