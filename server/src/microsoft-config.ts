import { routes } from '@megdocs/contract';
import { type ConfigProblem, type Environment, LOOPBACK, listOf, readSecretFile } from './environment.ts';

export interface MicrosoftConfig {
  clientId: string;
  credential:
    | { kind: 'secret'; secret: string }
    | { kind: 'certificate'; certificatePem: string; privateKeyPem: string };
  secretExpires: string | undefined;
  tenant: string;
  cloud: 'global' | 'usgov-l4' | 'usgov-l5' | 'china';
  filesScope: 'Files.ReadWrite.All' | 'Files.ReadWrite';
  redirectUri: string;
  loginUrl: URL | undefined;
  graphUrl: URL | undefined;
  fileHosts: string[] | undefined;
  /** Where Microsoft may say that a drive changed. Undefined: it does not, and drives are only asked. */
  notificationUrl: URL | undefined;
}

const CALLBACK = '/auth/oauth2/microsoft/callback/';

/** Sent and shown letter for letter, also before there is a registration: it is what has to be registered. */
export function redirectUriOf(env: Environment, publicUrl: URL, problems: ConfigProblem[]): string {
  const redirectUri = env.MICROSOFT_REDIRECT_URI;
  if (redirectUri === undefined) return new URL(CALLBACK, publicUrl).href;
  if (!redirectUri.startsWith(`${publicUrl.origin}/`))
    problems.push({
      variable: 'MICROSOFT_REDIRECT_URI',
      code: 'redirect_uri_elsewhere',
      what: `MICROSOFT_REDIRECT_URI (${redirectUri}) does not lie under the public address ${publicUrl.origin}.`,
      remedy: 'Leave it empty, or correct PUBLIC_URL.',
    });
  else if (new URL(redirectUri).href.replace(/\/?$/, '/') !== new URL(CALLBACK, publicUrl).href)
    problems.push({
      variable: 'MICROSOFT_REDIRECT_URI',
      code: 'redirect_uri_elsewhere',
      what: `MICROSOFT_REDIRECT_URI (${redirectUri}) must end in ${CALLBACK}: MEGDocs answers nowhere else.`,
      remedy: 'Leave it empty.',
    });
  return redirectUri;
}

/** The app registration as the environment tells it; undefined where it is not told, or not usable. */
export function microsoftOf(
  env: Environment,
  publicUrl: URL,
  redirectUri: string,
  problems: ConfigProblem[],
): MicrosoftConfig | undefined {
  if (env.MICROSOFT_CLIENT_ID === undefined) {
    const known = problems.some(({ variable }) => variable === 'MICROSOFT_CLIENT_ID');
    if (!known && (env.MICROSOFT_CLIENT_SECRET || env.MICROSOFT_CERTIFICATE_FILE))
      problems.push({
        variable: 'MICROSOFT_CLIENT_ID',
        code: 'client_id_missing',
        what: 'MICROSOFT_CLIENT_ID is missing, though a credential is set.',
        remedy: 'It is the application (client) ID of the app registration.',
      });
    return undefined;
  }
  const credential = credentialOf(env, problems);
  if (!credential) return undefined;
  const graphUrl = microsoftAddress('MICROSOFT_GRAPH_URL', env.MICROSOFT_GRAPH_URL, problems);
  return {
    clientId: env.MICROSOFT_CLIENT_ID,
    credential,
    secretExpires: env.MICROSOFT_CLIENT_SECRET_EXPIRES,
    tenant: env.MICROSOFT_TENANT,
    cloud: env.MICROSOFT_CLOUD,
    filesScope: env.MICROSOFT_FILES_SCOPE,
    redirectUri,
    loginUrl: microsoftAddress('MICROSOFT_LOGIN_URL', env.MICROSOFT_LOGIN_URL, problems),
    graphUrl,
    fileHosts: fileHostsOf(env.MICROSOFT_FILE_HOSTS, problems),
    notificationUrl: notificationUrlOf(env, publicUrl, problems),
  };
}

/**
 * Microsoft calls public https addresses alone. With the least privilege it does not let us ask for it in OneDrive for
 * work, and one rule for all is easier to tell.
 */
function notificationUrlOf(env: Environment, publicUrl: URL, problems: ConfigProblem[]): URL | undefined {
  if (env.MICROSOFT_FILES_SCOPE === 'Files.ReadWrite') return undefined;
  if (env.MICROSOFT_NOTIFICATION_URL !== undefined)
    return microsoftAddress('MICROSOFT_NOTIFICATION_URL', env.MICROSOFT_NOTIFICATION_URL, problems);
  if (publicUrl.protocol !== 'https:' || LOOPBACK.has(publicUrl.hostname)) return undefined;
  return new URL(routes.microsoftNotifications, publicUrl);
}

function credentialOf(env: Environment, problems: ConfigProblem[]): MicrosoftConfig['credential'] | undefined {
  const {
    MICROSOFT_CLIENT_SECRET: secret,
    MICROSOFT_CERTIFICATE_FILE: certificate,
    MICROSOFT_PRIVATE_KEY_FILE: key,
  } = env;
  if (secret && (certificate || key)) {
    problems.push({
      variable: 'MICROSOFT_CLIENT_SECRET',
      code: 'two_credentials',
      what: 'MICROSOFT_CLIENT_SECRET and a certificate are both set.',
      remedy: 'Keep one: the certificate is the better one.',
    });
    return undefined;
  }
  if (secret) return secretOf(secret, problems);
  if (!certificate !== !key) {
    const [given, missing] = certificate
      ? ['MICROSOFT_CERTIFICATE_FILE', 'MICROSOFT_PRIVATE_KEY_FILE']
      : ['MICROSOFT_PRIVATE_KEY_FILE', 'MICROSOFT_CERTIFICATE_FILE'];
    problems.push({
      variable: missing,
      code: 'credential_missing',
      what: `${given} is set, but not ${missing}.`,
      remedy: `Set ${missing} as well: MEGDocs signs with the key, and Microsoft knows it by the certificate.`,
    });
    return undefined;
  }
  if (!certificate || !key) {
    const known = problems.some(({ variable }) => variable.startsWith('MICROSOFT_CLIENT_SECRET'));
    if (!known)
      problems.push({
        variable: 'MICROSOFT_CLIENT_SECRET',
        code: 'credential_missing',
        what: 'MICROSOFT_CLIENT_ID is set, but no credential:',
        remedy: 'set MICROSOFT_CLIENT_SECRET, or MICROSOFT_CERTIFICATE_FILE and MICROSOFT_PRIVATE_KEY_FILE.',
      });
    return undefined;
  }
  const certificatePem = readSecretFile('MICROSOFT_CERTIFICATE', certificate, problems);
  const privateKeyPem = readSecretFile('MICROSOFT_PRIVATE_KEY', key, problems);
  return certificatePem && privateKeyPem ? { kind: 'certificate', certificatePem, privateKeyPem } : undefined;
}

/** Entra makes secrets without either: they come from a file of variables that is read letter by letter. */
function secretOf(secret: string, problems: ConfigProblem[]): MicrosoftConfig['credential'] {
  const strange = /^["'].*["']$/.test(secret)
    ? 'is in quotation marks'
    : /\s/.test(secret)
      ? 'holds a blank'
      : undefined;
  if (strange)
    problems.push({
      variable: 'MICROSOFT_CLIENT_SECRET',
      code: 'setting_not_valid',
      what: `MICROSOFT_CLIENT_SECRET ${strange}, which no secret of Entra's does (it is not shown here).`,
      remedy: 'Write the value alone, as the column “Value” of Certificates & secrets shows it.',
    });
  return { kind: 'secret', secret };
}

function fileHostsOf(text: string | undefined, problems: ConfigProblem[]): string[] | undefined {
  if (!text) return undefined;
  const hosts = listOf(text);
  const wrong = hosts.filter((host) => !/^[\w*.[\]:-]+$/.test(host));
  if (wrong.length > 0)
    problems.push({
      variable: 'MICROSOFT_FILE_HOSTS',
      code: 'setting_not_valid',
      what: `MICROSOFT_FILE_HOSTS holds ${wrong.join(', ')}: names of hosts are wanted, not addresses.`,
      remedy: 'Write them without https:// and without a path, such as hospital.sharepoint.com; or leave it empty.',
    });
  return hosts;
}

function microsoftAddress(name: string, value: string | undefined, problems: ConfigProblem[]): URL | undefined {
  if (value === undefined) return undefined;
  const url = new URL(value);
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname))
    problems.push({
      variable: name,
      code: 'setting_not_valid',
      what: `${name} is ${url.origin}: off this machine it must be https.`,
      remedy: 'Write it with https://.',
    });
  return url;
}
