import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { assertCredentialUsable } from './assert-credential.ts';

it('C12: a certificate that can not be used ends the start in one sentence that says where to look', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKeyPem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const pasted = { kind: 'certificate', certificatePem: privateKeyPem, privateKeyPem } as const;
  expect(() => assertCredentialUsable(pasted)).toThrow(/is not a PEM certificate.* See MICROSOFT_CERTIFICATE_FILE/);
  expect(() => assertCredentialUsable({ kind: 'secret', secret: 's' })).not.toThrow();
  expect(() => assertCredentialUsable(undefined)).not.toThrow();
});
