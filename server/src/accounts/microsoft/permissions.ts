import type { MicrosoftIntegration } from '@megdocs/contract';
import type { MicrosoftApp } from '@megdocs/microsoft365';

type Permission = MicrosoftIntegration['permissions'][number];

const OIDC = new Set(['openid', 'profile', 'email', 'offline_access']);
const FILES_ALL = 'Files.ReadWrite.All';

const WHY: Record<string, string> = {
  'user.read': 'Your name and address, to show which account is connected.',
  'files.readwrite.all':
    'To put the document you edit into your OneDrive and fetch it back, also when the copy lies in a colleague’s. Microsoft words it as “all files you can access”; we touch only the folder MEGDocs, and the log shows every call.',
  'files.readwrite':
    'To put the document you edit into your OneDrive and fetch it back. Microsoft words it as “your files”; we touch only the folder MEGDocs, and the log shows every call.',
};
const GRANTED_ONCE = 'Microsoft granted it together with the others; MEGDocs does not use it.';

/** What is asked for; before anything is configured, what will be by default. */
export function wantedPermissions(app: MicrosoftApp | undefined): string[] {
  return ['User.Read', app?.filesScope ?? FILES_ALL];
}

/** Granted or asked-for permissions, each with the reason; those that only carry the sign-in itself are left out. */
export function explainPermissions(scopes: readonly string[]): Permission[] {
  return scopes
    .map(shortName)
    .filter((scope) => !OIDC.has(scope.toLowerCase()))
    .map((scope) => ({ scope, why: WHY[scope.toLowerCase()] ?? GRANTED_ONCE }));
}

export function missingPermissions(wanted: readonly string[], granted: readonly string[]): string[] {
  const has = new Set(granted.map((scope) => shortName(scope).toLowerCase()));
  if (has.has(FILES_ALL.toLowerCase())) has.add('files.readwrite');
  return wanted.filter((scope) => !has.has(scope.toLowerCase()));
}

/** Microsoft answers `Files.ReadWrite` or `https://graph.microsoft.com/Files.ReadWrite`, as it pleases. */
function shortName(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}
