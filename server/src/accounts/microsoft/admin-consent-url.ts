import type { MicrosoftApp } from '@megdocs/microsoft365';

/**
 * Where an administrator of a tenant approves the app for everybody. Without a state it can be passed on to whoever
 * may do that: what they bring back is then not believed, and need not be.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export function adminConsentUrl(app: MicrosoftApp, state?: string): URL {
  // The tenant is whoever signs in; `common` is not admitted there.
  const tenant = app.tenant === 'common' ? 'organizations' : app.tenant;
  const url = new URL(`/${encodeURIComponent(tenant)}/v2.0/adminconsent`, app.endpoints.loginUrl);
  url.searchParams.set('client_id', app.clientId);
  url.searchParams.set('scope', `User.Read ${app.filesScope}`);
  url.searchParams.set('redirect_uri', app.redirectUri);
  if (state !== undefined) url.searchParams.set('state', state);
  return url;
}
