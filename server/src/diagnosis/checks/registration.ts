import { type ConnectionError, probeCredential, type RedirectUriProbe } from '@megdocs/microsoft365';
import type { AppFault } from '../../accounts/index.ts';
import { findingOfNumber } from '../aadsts-findings.ts';
import { type Check, cannotTell, failure, found, type NewFinding, notTested, ok } from '../finding.ts';
import type { Scene } from '../scene.ts';
import { lastProof } from '../store.ts';
import { ABOUT_THE_URI } from './redirect-uri.ts';

const WHY = 'Microsoft refuses the app itself: nobody can connect, and no connection can be renewed.';

/** What Microsoft says of the app: by signing in as the app, and by what it shows where people begin. */
export const registration: Check = {
  id: 'registration',
  title: 'App registration, as Microsoft sees it',
  needs: ['network', 'tenant'],
  explainedBy: ['environment', 'clock', 'credential'],
  async run(scene) {
    const { app } = scene;
    if (!app) return notTested('Not looked at: no app registration can be read from the environment.');
    const shown = ofPage(scene, await scene.authorizePage());
    if (shown) return found([shown]);
    const probe = await probeCredential(app);
    switch (probe.result) {
      case 'accepted':
        return ok(`Microsoft accepts the app and its credential in “${app.tenant}”.`);
      case 'refused':
        return found([ofRefusal(scene, probe.error)]);
      case 'unknown':
        return cannotTell(`Microsoft did not say whether it accepts the credential (${probe.error.code}).`);
      case 'no_tenant':
        return ofLastSignIn(scene);
    }
  },
};

/** Its own page instead of a way back, for another reason than the redirect URI. */
function ofPage(scene: Scene, page: RedirectUriProbe): NewFinding | undefined {
  if (page.result !== 'page' || ABOUT_THE_URI.has(page.aadsts)) return undefined;
  return findingOfNumber(page.aadsts, scene);
}

function ofRefusal(scene: Scene, error: ConnectionError): NewFinding {
  const known = error.aadsts === undefined ? undefined : findingOfNumber(error.aadsts, scene);
  if (known) return known;
  const name = error.aadsts === undefined ? (error.oauthError ?? error.code) : `AADSTS${error.aadsts}`;
  return failure(name, `Microsoft refuses the app (${name}).`, WHY, error.message);
}

/** No app can sign in for itself at a shared address, so the renewals and sign-ins of people have to speak. */
async function ofLastSignIn(scene: Scene) {
  const { database, accounts, app } = scene;
  const fault = await accounts?.lastAppFault().catch(() => undefined);
  if (fault) return found([ofFault(scene, fault)]);
  const proof = typeof database === 'string' ? undefined : await lastProof(database.db).catch(() => undefined);
  const why = `“${app?.tenant}” is no concrete tenant, where an app could sign in for itself.`;
  if (!proof) return cannotTell(`${why} It is proved when the first person connects.`);
  return ok(`${why} The credential was proved at the last sign-in on ${minuteOf(proof)} UTC.`);
}

function ofFault(scene: Scene, { aadsts, code, at }: AppFault): NewFinding {
  const known = aadsts === null ? undefined : findingOfNumber(aadsts, scene);
  const since = `It has refused renewals since ${minuteOf(at)} UTC, and none has succeeded.`;
  if (known) return { ...known, what: `${known.what} ${since}` };
  const name = aadsts === null ? code : `AADSTS${aadsts}`;
  return failure(name, `Microsoft refuses the app (${name}). ${since}`, WHY, MEND);
}

const MEND =
  'Compare the app registration with the configuration: secret or certificate, redirect URI, platform “Web”, permissions, tenant. The log has the correlation id, for Entra’s sign-in logs.';

const minuteOf = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ');
