import { type Check, cannotTell, failure, found, notTested, ok } from '../finding.ts';

const WHY = 'Nobody can connect, and no connection can be renewed.';

export const tenant: Check = {
  id: 'tenant',
  title: 'Tenant and cloud',
  needs: ['network'],
  explainedBy: ['environment'],
  async run({ app, config, endpoints }) {
    if (!app) return notTested('Not looked at: no app registration can be read from the environment.');
    const { authority } = await endpoints();
    const host = new URL(app.endpoints.loginUrl).host;
    switch (authority.result) {
      case 'ok':
        return ok(`${host} knows “${app.tenant}”.`);
      case 'unknown':
        return cannotTell(`${host} answers, but not for “${app.tenant}” at the moment.`);
      case 'tenant_unknown':
        return found([
          failure(
            'AADSTS90002',
            `${host} does not know the tenant “${app.tenant}”.`,
            WHY,
            `Set MICROSOFT_TENANT to the id or a verified domain of your tenant (Entra, Overview), or to “organizations” for an app of several tenants. A tenant of another cloud is not known here: MICROSOFT_CLOUD is ${config.microsoft?.cloud ?? 'global'}.`,
          ),
        ]);
      case 'not_trusted':
        return found([
          failure(
            'authority_not_trusted',
            `${host} answers, but not as the authority of “${app.tenant}”.`,
            WHY,
            'Check MICROSOFT_LOGIN_URL and MICROSOFT_CLOUD: leave the first empty, and name the cloud where the app is registered.',
          ),
        ]);
    }
  },
};
