import type { ConnectionError } from '../connecting/connection-error.ts';
import { createAppBreaker } from './app-breaker.ts';
import type { StoredConnection } from './connection-store.ts';
import { createEndpointBreaker } from './endpoint-breaker.ts';
import { isRefusedGrant } from './renewal-failure.ts';
import type { RenewalSettings } from './vault-settings.ts';

/** What a process has learnt from its token calls about the app and the token endpoint, as far as it stops others. */
export function createBreakers(settings: RenewalSettings) {
  const app = createAppBreaker(settings.now, settings);
  const endpoint = createEndpointBreaker(settings.now);
  return {
    /** @throws ConnectionUnavailable while calls for this connection would be in vain */
    assertMayAsk({ tenant }: StoredConnection) {
      app.assertClosed(tenant);
      endpoint.assertClosed();
    },
    trying({ tenant }: StoredConnection) {
      app.trying(tenant);
      endpoint.trying();
    },
    succeeded({ tenant }: StoredConnection) {
      app.succeeded(tenant);
      endpoint.answered();
    },
    failed({ id, tenant }: StoredConnection, cause: ConnectionError) {
      const answered = cause.oauthError !== undefined;
      if (answered && (cause.kind === 'app' || isRefusedGrant(cause))) endpoint.answered();
      if (cause.kind === 'app') app.refused(tenant, cause);
      else if (!isRefusedGrant(cause)) endpoint.failed(id, cause);
      // Whose grant is judged, whose app was accepted.
      else if (answered) app.succeeded(tenant);
    },
  };
}
