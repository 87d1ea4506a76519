import { type MicrosoftApp, type MicrosoftEndpoints, microsoftEndpoints } from '@megdocs/microsoft365';
import type { MicrosoftConfig } from '../../config.ts';
import type { Clock } from '../../platform/clock.ts';

export function endpointsOf(config: MicrosoftConfig | undefined): MicrosoftEndpoints {
  const cloud = microsoftEndpoints(config?.cloud ?? 'global');
  return {
    loginUrl: config?.loginUrl?.origin ?? cloud.loginUrl,
    graphUrl: config?.graphUrl?.origin ?? cloud.graphUrl,
    fileHosts: config?.fileHosts ?? cloud.fileHosts,
  };
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function microsoftAppOf(
  config: MicrosoftConfig | undefined,
  endpoints: MicrosoftEndpoints,
  clock: Clock,
): MicrosoftApp | undefined {
  if (!config) return undefined;
  const { clientId, credential, tenant, redirectUri, filesScope } = config;
  return {
    clientId,
    credential,
    tenant,
    redirectUri,
    filesScope,
    endpoints,
    // A tenant named by its domain is compared by the issuer that its own discovery document names.
    ...(GUID.test(tenant) ? { isTenantAllowed: (tid) => tid.toLowerCase() === tenant.toLowerCase() } : {}),
    now: () => clock.now(),
  };
}

/** The authority that a flow is bound to. */
export function issuerOf(app: MicrosoftApp): string {
  return `${app.endpoints.loginUrl}/${app.tenant}/v2.0`;
}
