import type { Dispatcher } from 'undici';
import { isLoopback, type MicrosoftEndpoints } from '../microsoft-endpoints.ts';

/** The app registration and the cloud that a host talks to; built once from its configuration. */
export interface MicrosoftApp {
  /** The application id, a GUID. */
  clientId: string;
  credential: MicrosoftCredential;
  /** `organizations`, `common`, `consumers`, a tenant's id or one of its domains. */
  tenant: string;
  /** Sent letter for letter, both times: Microsoft compares the bytes. */
  redirectUri: string;
  /** `Files.ReadWrite.All`, or `Files.ReadWrite` in least-privilege mode. */
  filesScope: string;
  endpoints: MicrosoftEndpoints;
  /** Asked with the id token's own, verified `tid`. Without it every tenant that the authority admits is allowed. */
  isTenantAllowed?: (tid: string) => boolean;
  /** The host's clock; id tokens and assertions are judged and dated by it. */
  now(): Date;
  /** For a host with its own connection handling; the default honours HTTPS_PROXY and NO_PROXY. */
  dispatcher?: Dispatcher;
}

/** How the app proves who it is. */
export type MicrosoftCredential = { kind: 'secret'; secret: string } | CertificateCredential;

/** The certificate that is uploaded to the registration, and the key that only this server has; both PEM, RSA. */
export interface CertificateCredential {
  kind: 'certificate';
  certificatePem: string;
  /** PKCS #8 or PKCS #1, not encrypted. */
  privateKeyPem: string;
}

/** What an access token and its companions are once they are read from a token answer. */
export interface TokenSet {
  accessToken: string;
  /** Missing when the answer had none: keep the stored one. */
  refreshToken?: string;
  /** 0 when the answer didn't say: then it counts as due for renewal. */
  expiresInSeconds: number;
  /** Short names (`Files.ReadWrite.All`). Empty when a refresh didn't repeat them: keep the stored ones. */
  scopes: string[];
}

export function requestedScopes(app: MicrosoftApp): string[] {
  return ['openid', 'profile', 'offline_access', 'User.Read', app.filesScope];
}

export function allowsPlainHttp(app: MicrosoftApp): boolean {
  return isLoopback(new URL(app.endpoints.loginUrl));
}
