import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an application proves itself with: its certificate is registered, its key is its own. PEM. */
export interface CertificatePair {
  certificate: string;
  key: string;
}

/** In the form that a token header has. */
export function thumbprintOf({ certificate }: CertificatePair, algorithm: 'sha1' | 'sha256'): string {
  return createHash(algorithm).update(new X509Certificate(certificate).raw).digest('base64url');
}

export function makeCertificate(days: number): CertificatePair {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', String(days), '-subj', '/CN=application'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  try {
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
