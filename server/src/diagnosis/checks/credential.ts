import { createPrivateKey, X509Certificate } from 'node:crypto';
import { probeCredential, readAppCertificate } from '@megdocs/microsoft365';
import type { MicrosoftConfig } from '../../config.ts';
import { type Check, failure, found, type NewFinding, notTested, type Outcome, ok, warning } from '../finding.ts';
import type { Scene } from '../scene.ts';
import { lastProof } from '../store.ts';

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
  async run(scene) {
    const { config, clock } = scene;
    if (!config.microsoft) return notTested('Not looked at: no app registration can be read from the environment.');
    const given = config.microsoft.credential;
    return given.kind === 'secret'
      ? lookAtSecret(scene, config.microsoft, given.secret)
      : lookAtCertificate(given.certificatePem, given.privateKeyPem, clock.now());
  },
};

async function lookAtSecret(scene: Scene, { secretExpires }: MicrosoftConfig, secret: string): Promise<Outcome> {
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
  const day = new Date(`${secretExpires}T00:00:00Z`);
  const now = scene.clock.now();
  // Entra ends a secret at some time of its last day: until that is over it may live.
  if (now.getTime() - day.getTime() > DAY_MS && (await isAccepted(scene, day)))
    return found([
      warning(
        'secret_expires_outdated',
        `MICROSOFT_CLIENT_SECRET_EXPIRES says ${secretExpires}, yet Microsoft still accepts the secret.`,
        'MEGDocs can not warn before the secret really expires.',
        'Set MICROSOFT_CLIENT_SECRET_EXPIRES to the date in the column “Expires” of Certificates & secrets.',
      ),
    ]);
  const words = { code: 'AADSTS7000222', name: 'The secret', remedy: NEW_SECRET, lastDayCounts: true };
  return lookAtEnd(day, now, words, `A secret is set, valid until ${secretExpires}.`);
}

/** Microsoft's word counts for more than a date that somebody wrote down. */
async function isAccepted({ app, database }: Scene, day: Date): Promise<boolean> {
  if (!app) return false;
  const { result } = await probeCredential(app);
  if (result !== 'no_tenant' || typeof database === 'string') return result === 'accepted';
  const proof = await lastProof(database.db).catch(() => undefined);
  return proof !== undefined && proof.getTime() - day.getTime() > DAY_MS;
}

const NEW_SECRET =
  'Make a new secret in the app registration, set MICROSOFT_CLIENT_SECRET and MICROSOFT_CLIENT_SECRET_EXPIRES, start MEGDocs again, and delete the old one.';
const NEW_CERTIFICATE =
  'Make a new certificate, upload it in the app registration beside the old one, name it and its key with MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE, start MEGDocs again, and remove the old one.';

interface EndWords {
  code: string;
  name: string;
  remedy: string;
  /** The end is told as a day, not as a moment. */
  lastDayCounts?: boolean;
}

function lookAtEnd(end: Date, now: Date, words: EndWords, good: string): Outcome {
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS);
  const day = end.toISOString().slice(0, 10);
  if (now.getTime() - end.getTime() > (words.lastDayCounts ? DAY_MS : 0))
    return found([failure(words.code, `${words.name} expired on ${day}.`, WHY, words.remedy)]);
  if (days > SOON_DAYS) return ok(good);
  return found([
    warning(
      'credential_expires_soon',
      `${words.name} expires on ${day}, ${days < 1 ? 'within a day' : `in ${days} days`}.`,
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
  const unfit = whyUnfit(certificatePem, privateKeyPem);
  if (unfit) return found([unfit]);
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

/** What the pair can't sign with, and would stop a start. */
function whyUnfit(certificatePem: string, privateKeyPem: string): NewFinding | undefined {
  try {
    readAppCertificate({ kind: 'certificate', certificatePem, privateKeyPem });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    return failure(
      'certificate_unfit',
      `The certificate can not be used: Microsoft wants an RSA key of at least 2048 bits. ${why}`,
      'MEGDocs does not start, as nothing could be signed.',
      'Make a new certificate with an RSA key (openssl req -x509 -newkey rsa:2048 …), upload it in the app registration, and name both with MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE.',
    );
  }
}

function readOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
