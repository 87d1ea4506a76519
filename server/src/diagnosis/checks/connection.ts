import { findingOfNumber } from '../aadsts-findings.ts';
import { type Check, failure, found, notTested, ok, warning } from '../finding.ts';
import type { Scene } from '../scene.ts';
import { lastRefusalOf } from '../store.ts';

/** Consent and the granted scopes, as one person's connection holds them. */
export const connection: Check = {
  id: 'connection',
  title: 'Consent and granted permissions',
  needs: ['database', 'token-keys'],
  explainedBy: ['network', 'clock', 'tenant', 'credential', 'registration'],
  async run(scene) {
    const { subject, accounts, database, app } = scene;
    if (!subject || !app || !accounts || typeof database === 'string') return notTested(whyNot(scene));
    const integration = await accounts.integrationOf(database.db, subject.personId);
    if (!integration) {
      const last = await lastRefusalOf(database.db, subject.personId);
      const known = last === undefined ? undefined : findingOfNumber(last, scene);
      return known ? found([known]) : notTested(`${subject.name} has no Microsoft account connected.`);
    }
    if (integration.status === 'reconnect_needed') {
      const last = await lastRefusalOf(database.db, subject.personId);
      return found([
        (last === undefined ? undefined : findingOfNumber(last, scene)) ??
          warning(
            'reconnect_needed',
            `${subject.name} has to connect their account again.`,
            'They can not edit in Microsoft 365 until then; nothing of theirs is lost.',
            'They press Reconnect under Account settings, Microsoft.',
          ),
      ]);
    }
    const granted = new Set(integration.scopes.map((scope) => scope.toLowerCase()));
    const missing = ['User.Read', app.filesScope].filter((scope) => !granted.has(scope.toLowerCase()));
    if (missing.length === 0) return ok(`${integration.accountAddress} granted ${integration.scopes.join(', ')}.`);
    return found([
      failure(
        'scopes_missing',
        `Microsoft granted ${subject.name} fewer permissions than are needed: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
        'What the permission is for does not work, whatever else is right.',
        `Add ${missing.join(', ')} (delegated, Microsoft Graph) to the API permissions of the app registration, have an administrator consent, and let ${subject.name} reconnect.`,
      ),
    ]);
  },
};

export function whyNot({ subject, app, accounts }: Scene): string {
  if (!app) return 'Not looked at: no app registration can be read from the environment.';
  if (!accounts) return 'Not looked at: neither database nor keys are to be had.';
  return subject ? 'Not looked at.' : 'Not tested: name somebody whose account is connected, with -- --user EMAIL.';
}
