import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { MicrosoftConfig } from '../../config.ts';
import { type Check, failure, found, notTested, type Outcome, ok, warning } from '../finding.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const WHY =
  'Microsoft refuses the app itself: nobody can connect, and no connection can be renewed. People’s connections stay as they are.';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What can be seen of the credential without asking anybody. */
export const credential: Check = {
  id: 'credential',
  title: 'Secret or certificate',
  needs: [],
  explainedBy: ['environment'],
  async run({ config, clock }) {
    if (!config.microsoft) return notTested('Not looked at: no app registration can be read from the environment.');
    const given = config.microsoft.credential;
    return given.kind === 'secret'
      ? lookAtSecret(config.microsoft, given.secret, clock.now())
      : lookAtCertificate(given.certificatePem, given.privateKeyPem, clock.now());
  },
};

function lookAtSecret({ secretExpires }: MicrosoftConfig, secret: string, now: Date): Outcome {
  if (GUID.test(secret))
    return found([
      failure(
        'AADSTS7000215',
        'MICROSOFT_CLIENT_SECRET holds a GUID: that is the secret’s ID, not its value.',
        WHY,
        'Copy the column “Value” of Certificates & secrets. It is shown only when the secret is made; if it is gone, make a new secret.',
      ),
    ]);
  if (secretExpires === undefined)
    return ok(
      'A secret is set. Until when it is valid is unknown: an app can not read its own registration. MICROSOFT_CLIENT_SECRET_EXPIRES lets MEGDocs warn in time.',
    );
  const end = new Date(`${secretExpires}T00:00:00Z`);
  const words = { code: 'AADSTS7000222', name: 'The secret', remedy: NEW_SECRET };
  return lookAtEnd(end, now, words, `A secret is set, valid until ${secretExpires}.`);
}

const NEW_SECRET =
  'Make a new secret in the app registration, set MICROSOFT_CLIENT_SECRET and MICROSOFT_CLIENT_SECRET_EXPIRES, start MEGDocs again, and delete the old one.';
const NEW_CERTIFICATE =
  'Make a new certificate, upload it in the app registration beside the old one, name it and its key with MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE, start MEGDocs again, and remove the old one.';

function lookAtEnd(end: Date, now: Date, words: { code: string; name: string; remedy: string }, good: string): Outcome {
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS);
  const day = end.toISOString().slice(0, 10);
  if (days < 0) return found([failure(words.code, `${words.name} expired on ${day}.`, WHY, words.remedy)]);
  if (days > SOON_DAYS) return ok(good);
  return found([
    warning(
      'credential_expires_soon',
      `${words.name} expires on ${day}, in ${days} days.`,
      `From then on: ${WHY}`,
      words.remedy,
    ),
  ]);
}

function lookAtCertificate(certificatePem: string, privateKeyPem: string, now: Date): Outcome {
  const certificate = readOr(() => new X509Certificate(certificatePem));
  if (!certificate)
    return found([
      failure(
        'certificate_unreadable',
        'The file that MICROSOFT_CERTIFICATE_FILE names holds no certificate.',
        WHY,
        'It must be PEM, beginning with -----BEGIN CERTIFICATE-----.',
      ),
    ]);
  const key = readOr(() => createPrivateKey(privateKeyPem));
  if (!key)
    return found([
      failure(
        'private_key_unreadable',
        'The file that MICROSOFT_PRIVATE_KEY_FILE names holds no private key that can be read.',
        WHY,
        'It must be PEM without a password, beginning with -----BEGIN PRIVATE KEY-----.',
      ),
    ]);
  if (!certificate.checkPrivateKey(key))
    return found([
      failure(
        'key_does_not_fit',
        'The private key does not belong to the certificate.',
        WHY,
        'Name the key that the certificate was made with in MICROSOFT_PRIVATE_KEY_FILE, or make both anew together.',
      ),
    ]);
  const end = new Date(certificate.validTo);
  if (new Date(certificate.validFrom) > now)
    return found([
      failure(
        'certificate_not_yet_valid',
        `The certificate is valid only from ${certificate.validFrom}.`,
        WHY,
        'Check the clock of this machine, or use a certificate that is valid now.',
      ),
    ]);
  const words = { code: 'certificate_expired', name: 'The certificate', remedy: NEW_CERTIFICATE };
  const fingerprint = certificate.fingerprint.replaceAll(':', '');
  return lookAtEnd(
    end,
    now,
    words,
    `A certificate with its key, valid until ${end.toISOString().slice(0, 10)} (thumbprint ${fingerprint}).`,
  );
}

function readOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
