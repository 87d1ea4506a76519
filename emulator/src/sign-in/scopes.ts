import type { Application } from '../world/directory.ts';
import { SignInError } from './errors.ts';

const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** Delegated Graph permissions that the emulator knows, with the words of the consent page. */
const PERMISSIONS: Record<string, { title: string; text: string }> = {
  'User.Read': {
    title: 'View your basic profile',
    text: 'Allows the app to see your basic profile (e.g., name, picture, user name, email address)',
  },
  'User.ReadBasic.All': {
    title: "Read all users' basic profiles",
    text: 'Allows the app to read a basic set of profile properties of other users in your organization on your behalf.',
  },
  'Files.Read': { title: 'Read your files', text: 'Allows the app to read your files.' },
  'Files.Read.All': {
    title: 'Read all files that you have access to',
    text: 'Allows the app to read all files that you can access.',
  },
  'Files.ReadWrite': {
    title: 'Have full access to your files',
    text: 'Allows the app to read, create, update, and delete your files.',
  },
  'Files.ReadWrite.All': {
    title: 'Have full access to all files you have access to',
    text: 'Allows the app to read, create, update and delete all files that you can access.',
  },
  'Files.ReadWrite.AppFolder': {
    title: "Have full access to the application's folder",
    text: "Allows the app to read, create, update and delete files in the application's folder.",
  },
  'Sites.Read.All': {
    title: 'Read items in all site collections',
    text: 'Allows the app to read documents and list items in all site collections on your behalf.',
  },
  'Sites.ReadWrite.All': {
    title: 'Edit or delete items in all site collections',
    text: 'Allows the app to edit or delete documents and list items in all site collections on your behalf.',
  },
  openid: { title: 'Sign you in', text: 'Allows you to sign in to the app with your work or school account.' },
  profile: { title: 'View your basic profile', text: 'Allows the app to see your basic profile.' },
  email: { title: 'View your email address', text: 'Allows the app to read your primary email address.' },
  offline_access: {
    title: 'Maintain access to data you have given it access to',
    text: 'Allows the app to see and update the data you gave it access to, even when you are not currently using the app.',
  },
};

/** What today's default policy keeps users from granting by themselves. */
const ADMIN_ONLY_FILES = ['Files.Read.All', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All'];

export function describeScope(scope: string): { title: string; text: string } {
  return PERMISSIONS[scope] ?? { title: scope, text: '' };
}

export function needsAdmin(scope: string, policy: 'allow' | 'block-files' | 'block'): boolean {
  if (policy === 'allow') return false;
  return policy === 'block' || ADMIN_ONLY_FILES.includes(scope);
}

/**
 * Reads a `scope` parameter: names in Microsoft's own spelling, without the resource in front. `.default` stands for
 * what the application's registration lists.
 */
export function parseScopes(text: string, app: Application, graphOrigin: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new SignInError(900144, "The request must contain the following parameter: 'scope'.");
  const names = words.map((word) => stripResource(word, graphOrigin, text));
  const others = names.filter((name) => name !== '.default' && !OIDC_SCOPES.includes(name));
  if (!names.includes('.default')) return unique(names);
  if (others.length > 0) throw invalidScope(text);
  return unique([...names.filter((name) => name !== '.default'), ...app.permissions]);
}

function stripResource(word: string, graphOrigin: string, whole: string): string {
  const resources = ['https://graph.microsoft.com', graphOrigin, GRAPH_APP_ID];
  const resource = resources.find((one) => word.toLowerCase().startsWith(`${one.toLowerCase()}/`));
  const name = resource === undefined ? word : word.slice(resource.length).replace(/^\/+/, '');
  if (name === '.default') return name;
  const known = Object.keys(PERMISSIONS).find((permission) => permission.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw invalidScope(whole);
  return known;
}

function invalidScope(text: string): SignInError {
  const shown = text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
  return new SignInError(
    70011,
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${shown} is not valid.`,
  );
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
