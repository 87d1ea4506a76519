import { type MicrosoftApp, probeRedirectUri } from '@megdocs/microsoft365';
import { type Check, cannotTell, failure, found, notTested, ok } from '../finding.ts';

export const ABOUT_THE_URI: ReadonlySet<number> = new Set([50011, 500113]);
const WHY = 'Whoever connects ends on a page of Microsoft’s and never comes back.';

export const redirectUri: Check = {
  id: 'redirect-uri',
  title: 'Redirect URI',
  needs: ['network', 'tenant'],
  explainedBy: ['environment', 'registration'],
  async run({ app, authorizePage }) {
    if (!app) return notTested('Not looked at: no app registration can be read from the environment.');
    const page = await authorizePage();
    if (page.result === 'sent_back') return ok(`Microsoft sends people back to ${app.redirectUri}`);
    if (page.result === 'unknown' || !ABOUT_THE_URI.has(page.aadsts))
      return cannotTell(`Microsoft did not say what it makes of ${app.redirectUri}`);
    if (page.aadsts === 500113)
      return found([failure('AADSTS500113', 'The app registration has no redirect URI at all.', WHY, register(app))]);
    const near = await registeredInstead(app);
    return found([
      failure(
        near?.code ?? 'AADSTS50011',
        near
          ? `${near.what}: registered is ${near.uri}, sent is ${app.redirectUri}`
          : `The redirect URI ${app.redirectUri} is not registered.`,
        `${WHY} Entra compares letter by letter.`,
        register(app),
      ),
    ]);
  },
};

function register({ redirectUri: uri }: MicrosoftApp): string {
  return `In Entra, App registrations, Authentication, add the platform Web with exactly this redirect URI: ${uri}`;
}

interface Near {
  code: string;
  what: string;
  uri: string;
}

/** The two spellings that people mistake for one another; asked one by one, like the right one. */
async function registeredInstead(app: MicrosoftApp): Promise<Near | undefined> {
  for (const near of nearMisses(app.redirectUri))
    if ((await probeRedirectUri(app, near.uri)).result === 'sent_back') return near;
  return undefined;
}

function nearMisses(uri: string): Near[] {
  const slashed = uri.endsWith('/');
  const withOther = slashed ? uri.slice(0, -1) : `${uri}/`;
  const other = otherDomain(uri);
  const slash = {
    code: 'redirect_uri_slash',
    what: `The final slash ${slashed ? 'is missing at Microsoft' : 'is missing here'}`,
  };
  const domain = { code: 'redirect_uri_domain', what: 'The domain is spelled in another way at Microsoft' };
  return [
    { ...slash, uri: withOther },
    ...(other
      ? [
          { ...domain, uri: other },
          { ...domain, uri: other.endsWith('/') ? other.slice(0, -1) : `${other}/` },
        ]
      : []),
  ];
}

/** The set-up guide of the product spells its domain in two ways. */
function otherDomain(uri: string): string | undefined {
  if (uri.includes('.megsupportools.com/')) return uri.replace('.megsupportools.com/', '.megsupporttools.com/');
  if (uri.includes('.megsupporttools.com/')) return uri.replace('.megsupporttools.com/', '.megsupportools.com/');
  return undefined;
}
