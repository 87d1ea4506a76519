import { ConnectionError, type MicrosoftCredential, readAppCertificate } from '@megdocs/microsoft365';

/** A certificate and key that don't fit are found at the start, not at the first renewal. Throws one sentence. */
export function assertCredentialUsable(credential: MicrosoftCredential | undefined): void {
  if (credential?.kind !== 'certificate') return;
  try {
    readAppCertificate(credential);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    throw new Error(`${error.message} See MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE.`, {
      cause: error,
    });
  }
}
