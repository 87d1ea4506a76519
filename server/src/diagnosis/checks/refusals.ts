import { AADSTS_CODES, isKnownAadsts } from '@megdocs/microsoft365';
import { findingOfNumber, isForAdministrators } from '../aadsts-findings.ts';
import { type Check, failure, found, type NewFinding, notTested, ok, warning } from '../finding.ts';
import type { Scene } from '../scene.ts';
import { type Refusal, recentRefusals } from '../store.ts';

const APP_NUMBERS = Object.entries(AADSTS_CODES)
  .filter(([, { kind }]) => kind === 'app')
  .map(([number]) => Number(number));

/** Much shows only when a person signs in: what Microsoft refused then, and what nobody got over since. */
export const refusals: Check = {
  id: 'refusals',
  title: 'What Microsoft refused in the last seven days',
  needs: ['database'],
  explainedBy: ['network', 'clock', 'tenant', 'credential', 'registration', 'redirect-uri'],
  async run(scene) {
    const { database, institutionId } = scene;
    if (typeof database === 'string') return notTested('Not looked at without a database.');
    const recent = await recentRefusals(database.db, institutionId, APP_NUMBERS);
    const findings = recent.flatMap((refusal) => describe(refusal, scene));
    return findings.length === 0 ? ok('Nothing that somebody has not got over since.') : found(findings);
  },
};

/** What one person's browser alone brought is no verdict on all: whoever sits before it can write the address anew. */
function describe(refusal: Refusal, scene: Scene): NewFinding[] {
  const findings = inWords(refusal, scene);
  if (!refusal.byBrowser || refusal.people > 1) return findings;
  return findings.map((finding) => ({
    ...finding,
    severity: 'warning',
    what: `${finding.what} Only that person’s browser brought it: have somebody else connect, to see whether it holds for all.`,
  }));
}

function inWords(refusal: Refusal, scene: Scene): NewFinding[] {
  const { aadsts, people, lastAt } = refusal;
  const when = `${people === 1 ? 'One person' : `${people} people`}, last on ${lastAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
  if (aadsts === null) return OWN[refusal.code]?.(when) ?? [];
  if (isForAdministrators(aadsts)) {
    const known = findingOfNumber(aadsts, scene);
    if (known) return [{ ...known, what: `${known.what} ${when}` }];
  }
  if (!isKnownAadsts(aadsts)) return [ofUnknownNumber(aadsts, when)];
  if (AADSTS_CODES[aadsts].kind !== 'user') return [];
  return [
    warning(
      `AADSTS${aadsts}`,
      `Microsoft ended or refused connections: ${AADSTS_CODES[aadsts].meaning}. ${when}`,
      'These people can not edit in Microsoft 365 until they have reconnected; nothing of theirs is lost.',
      'They reconnect under Account settings, Microsoft. If it comes back at once, look for the sign-in in Entra’s sign-in logs.',
    ),
  ];
}

function ofUnknownNumber(aadsts: number, when: string): NewFinding {
  return failure(
    `AADSTS${aadsts}`,
    `Microsoft refused with a number that MEGDocs does not know. ${when}`,
    'These people can not edit in Microsoft 365; nothing of theirs is lost.',
    `Look AADSTS${aadsts} up at https://login.microsoftonline.com/error?code=${aadsts}, and the sign-in in Entra’s sign-in logs by the correlation id in MEGDocs’ log.`,
  );
}

/** What the product itself found missing when Microsoft had said yes. */
const OWN: Record<string, (when: string) => NewFinding[]> = {
  files_permission_missing: (when) => [
    warning(
      'scopes_missing',
      `Microsoft connected people without the permission for files. ${when}`,
      'Their documents can not be put into OneDrive.',
      'Check that the delegated permission stands among the API permissions of the app registration, and have an administrator consent to it.',
    ),
  ],
  missing_refresh_token: (when) => [
    warning(
      'no_refresh_token',
      `Microsoft sent no refresh token. ${when}`,
      'The connection would end within the hour.',
      'Add the delegated permission offline_access to the app registration, and consent to it.',
    ),
  ],
  token_refused: (when) => [
    failure(
      'token_refused',
      `Microsoft Graph refuses tokens that Microsoft has just given. ${when}`,
      'These people can not edit in Microsoft 365; nothing of theirs is lost.',
      'Check that MICROSOFT_CLOUD and MICROSOFT_GRAPH_URL belong to the same cloud, and whether Conditional Access (location, continuous access evaluation) excludes this server; then they reconnect.',
    ),
  ],
};
