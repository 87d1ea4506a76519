import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadeCertificate {
  certificateFile: string;
  keyFile: string;
  certificatePem: string;
  keyPem: string;
}

/** A certificate of our own, made on the spot; with fewer than 0 days it ended before it was made. */
export function makeCertificate(options: { days?: number; host?: string; curve?: string } = {}): MadeCertificate {
  const { days = 365, host = 'localhost', curve } = options;
  const folder = mkdtempSync(join(tmpdir(), 'megdocs-certificate-'));
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const requestFile = join(folder, 'request.pem');
  const extensionsFile = join(folder, 'extensions');
  writeFileSync(extensionsFile, `subjectAltName=DNS:${host},IP:127.0.0.1`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl(
    'req',
    '-new',
    '-newkey',
    ...(curve ? ['ec', '-pkeyopt', `ec_paramgen_curve:${curve}`] : ['rsa:2048']),
    '-nodes',
    '-subj',
    `/CN=${host}`,
    '-keyout',
    keyFile,
    '-out',
    requestFile,
  );
  const signed = ['-req', '-in', requestFile, '-signkey', keyFile, '-extfile', extensionsFile, '-days', String(days)];
  openssl('x509', ...signed, '-out', certificateFile);
  return {
    certificateFile,
    keyFile,
    certificatePem: readFileSync(certificateFile, 'utf8'),
    keyPem: readFileSync(keyFile, 'utf8'),
  };
}
