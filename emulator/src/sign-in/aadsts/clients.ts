import { type AadstsEntry, rows, UNAUTHORIZED } from './entry.ts';

const CLIENT = { error: 'invalid_client', status: 401 };

/** What is wrong with the application, its registration or its credential. */
export const CLIENT_CODES: Record<number, AadstsEntry> = {
  ...rows(CLIENT, 'redirect', {
    50012: 'The client credential could not be verified: no key of the application fits it.',
    50027: 'JWT token is invalid or malformed.',
    700021: "Client assertion application identifier doesn't match 'client_id' parameter.",
    700023: 'Client assertion audience claim does not match Realm issuer.',
    700024: 'Client assertion is not within its valid time range.',
    700025: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    700027: 'Client assertion failed signature validation.',
    7000215:
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
    7000218: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    7000222: 'The provided client secret keys for the app are expired. Create new keys for your app.',
  }),
  ...rows(UNAUTHORIZED, 'redirect', {
    70001: 'The application is disabled, or is not supported for this request.',
  }),
  ...rows(UNAUTHORIZED, 'page', {
    700016:
      'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
    7000112: 'The application is disabled.',
  }),
  ...rows({ error: 'invalid_client', status: 400 }, 'page', {
    650056:
      'Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions of its application registration, or the admin has not consented in the tenant. Contact your admin to fix the configuration or consent on behalf of the tenant.',
  }),
  ...rows({ error: 'invalid_grant', status: 400, redirectError: 'invalid_client' }, 'redirect', {
    500112: 'The reply address does not match the reply address provided when requesting the authorization code.',
  }),
};
