import { grantsTo, type ItemPermission } from '@megdocs/microsoft365';

/**
 * Rights to a copy that MEGDocs did not give, one sentence each: by a link, to somebody else, or to a folder above it.
 * The owner of the drive always has theirs.
 */
export function givenOtherwise(permissions: readonly ItemPermission[], ours: readonly string[]): string[] {
  const known = new Set(ours.flatMap((oid) => grantsTo(permissions, oid).map(({ id }) => id)));
  return permissions
    .filter((permission) => !permission.roles.includes('owner') && !known.has(permission.id))
    .map(describe);
}

function describe(permission: ItemPermission): string {
  const may = permission.roles.includes('write') ? 'change' : 'read';
  const because = permission.inheritedFrom
    ? `because the folder ${folderName(permission.inheritedFrom.path)} in OneDrive is shared`
    : 'because the copy itself was shared in OneDrive';
  return `${who(permission)} may ${may} it, ${because}.`;
}

function who({ link, grantees }: ItemPermission): string {
  if (link?.scope === 'anonymous') return 'Anybody with a link';
  if (link?.scope === 'organization') return 'Everybody in the organisation who has a link';
  const names = grantees.map(({ name, email }) => name || email || 'somebody');
  return names.length > 0 ? names.join(', ') : 'Somebody whom Microsoft does not name';
}

function folderName(path: string | undefined): string {
  const last = path?.split('/').at(-1) ?? '';
  try {
    const name = decodeURIComponent(last);
    // The root of a drive ends in "root:".
    return name === '' || name.endsWith(':') ? 'above it' : name;
  } catch {
    return last;
  }
}
