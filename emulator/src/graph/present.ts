import { downloadUrlOf } from '../content/signed-urls.ts';
import type { User } from '../world/directory.ts';
import { cTagOf, eTagOf } from '../world/files.ts';
import { mimeTypeOf, officeKindOf } from '../world/names.ts';
import type { Actor, Drive, Item, Version } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { driveUrlOf, sitePathOf, type View } from './view.ts';

export type Json = Record<string, unknown>;

/** Whole seconds, as work drives answer them. */
export function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/**
 * An item as Graph shows it.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/driveitem
 */
export function presentItem(view: View, item: Item): Json {
  const drive = view.world.files.driveById(item.driveId);
  const base = presentBase(view, drive, item);
  if (item.kind === 'folder')
    return { ...base, ...folderTags(drive, item), folder: { childCount: view.world.files.childCount(item) } };
  const top = item.versions[0];
  return {
    '@microsoft.graph.downloadUrl': downloadUrlOf(view, item),
    ...base,
    cTag: cTagOf(item, drive.kind),
    ...presentOnRequest(view, drive, item),
    file: { mimeType: mimeTypeOf(item.name), hashes: top === undefined ? {} : hashesOf(top, drive) },
  };
}

/** What is told only when `$select` names it. */
function presentOnRequest(view: View, drive: Drive, item: Item): Json {
  const versionId = `${item.checkout?.versionNumber ?? item.versions[0]?.number ?? 1}.0`;
  const { checkout } = item;
  const checkedOut = checkout && { level: 'checkout', versionId, checkedOutBy: presentActor(view.world, checkout.by) };
  return {
    webDavUrl: rawUrlOf(view, drive, item),
    ...(drive.kind === 'personal' ? {} : { publication: checkedOut ?? { level: 'published', versionId } }),
  };
}

/** Folders of work drives have no cTag, but for the root. */
function folderTags(drive: Drive, item: Item): Json {
  const hasTag = drive.kind === 'personal' || item.parentId === undefined;
  return hasTag ? { cTag: cTagOf(item, drive.kind) } : {};
}

function hashesOf({ quickXorHash, sha1Hash, sha256Hash, crc32Hash }: Version, drive: Drive): Json {
  return drive.kind === 'personal' ? { quickXorHash, sha1Hash, sha256Hash, crc32Hash } : { quickXorHash };
}

function presentBase({ world, origins }: View, drive: Drive, item: Item): Json {
  const isRoot = item.parentId === undefined;
  return {
    createdBy: presentActor(world, item.createdBy),
    createdDateTime: timeOf(item.createdAt),
    eTag: eTagOf(item, drive.kind),
    id: item.id,
    lastModifiedBy: presentActor(world, item.modifiedBy),
    lastModifiedDateTime: timeOf(item.modifiedAt),
    name: item.name,
    webUrl: webUrlOf({ world, origins }, drive, item),
    size: sizeOf(world, item),
    fileSystemInfo: {
      createdDateTime: timeOf(item.fileSystemInfo?.createdAt ?? item.createdAt),
      lastModifiedDateTime: timeOf(item.fileSystemInfo?.modifiedAt ?? item.modifiedAt),
    },
    parentReference: presentParent(world, drive, item),
    ...(isRoot ? { root: {} } : {}),
    ...(item.specialFolder === undefined ? {} : { specialFolder: { name: item.specialFolder } }),
    ...(item.description === undefined ? {} : { description: item.description }),
    ...presentShared(world, item),
  };
}

/** Whether others can reach it, by a right to itself or to a folder above. */
function presentShared(world: World, item: Item): Json {
  const scopes = world.permissions.effective(item).map(({ permission }) => permission.link?.scope ?? 'users');
  const scope = ['anonymous', 'organization', 'users'].find((one) => scopes.some((found) => found === one));
  return scope === undefined ? {} : { shared: { scope } };
}

export function sizeOf(world: World, item: Item): number {
  if (item.kind === 'file') return item.versions[0]?.size ?? 0;
  const drive = world.files.driveById(item.driveId);
  if (item.parentId === undefined) return world.files.quotaOf(drive).used;
  return drive.kind === 'personal' ? world.files.bytesBelow(item) : 0;
}

function presentActor(world: World, actor: Actor): Json {
  const user = actor.userId === undefined ? undefined : world.directory.findUser(actor.userId);
  const app = actor.clientId === undefined ? undefined : world.directory.findApplication(actor.clientId);
  return {
    ...(app === undefined ? {} : { application: { id: app.clientId, displayName: app.displayName } }),
    ...(user === undefined ? {} : { user: presentPerson(user) }),
  };
}

export function presentPerson(user: User): Json {
  return { email: user.mail ?? user.userPrincipalName, id: user.id, displayName: user.displayName };
}

function presentParent(world: World, drive: Drive, item: Item): Json {
  const driveType = drive.kind;
  const site = drive.kind === 'documentLibrary' ? { siteId: drive.ownerId } : {};
  if (item.parentId === undefined) return { driveType, driveId: drive.id, ...site };
  const parent = world.files.findItem({ driveId: drive.id, itemId: item.parentId });
  const path = world.files.pathOf(item).slice(0, -1).map(encodeURIComponent);
  return {
    driveType,
    driveId: drive.id,
    id: item.parentId,
    ...(parent === undefined ? {} : { name: parent.parentId === undefined ? 'root' : parent.name }),
    path: `/drives/${drive.id}/root:${path.length > 0 ? `/${path.join('/')}` : ''}`,
    ...site,
  };
}

/** Office files open in the editor; others are shown raw. */
function webUrlOf(view: View, drive: Drive, item: Item): string {
  const app = { word: ':w:', excel: ':x:', powerpoint: ':p:', other: undefined }[officeKindOf(item.name)];
  if (item.kind === 'folder' || app === undefined) return rawUrlOf(view, drive, item);
  const guid = encodeURIComponent(`{${item.guid.toUpperCase()}}`);
  const file = encodeURIComponent(item.name);
  return `${view.origins.content}/${app}/r/${sitePathOf(view.world, drive)}/_layouts/15/Doc.aspx?sourcedoc=${guid}&file=${file}&action=default&mobileredirect=true`;
}

export function rawUrlOf(view: View, drive: Drive, item: Item): string {
  const path = view.world.files.pathOf(item).map((name) => `/${encodeURIComponent(name)}`);
  return `${driveUrlOf(view, drive)}${path.join('')}`;
}

export function presentVersion(world: World, version: Version): Json {
  return {
    id: `${version.number}.0`,
    lastModifiedBy: presentActor(world, version.modifiedBy),
    lastModifiedDateTime: timeOf(version.modifiedAt),
    size: version.size,
  };
}

export function presentDrive(view: View, drive: Drive): Json {
  const { world } = view;
  const owner = world.directory.findUser(drive.ownerId);
  const { total, used, deleted, fileCount } = world.files.quotaOf(drive);
  const remaining = Math.max(0, total - used);
  return {
    createdDateTime: timeOf(drive.createdAt),
    description: '',
    id: drive.id,
    lastModifiedDateTime: timeOf(drive.createdAt),
    name: drive.library ?? 'OneDrive',
    webUrl: driveUrlOf(view, drive),
    driveType: drive.kind,
    ...(owner === undefined ? presentOwningSite(world, drive) : { owner: { user: presentPerson(owner) } }),
    quota: { deleted, fileCount, remaining, state: quotaState(remaining, total), total, used },
  };
}

function presentOwningSite(world: World, drive: Drive): Json {
  const site = world.sites.byId(drive.ownerId);
  return site === undefined ? {} : { owner: { group: { id: site.id.split(',')[0], displayName: site.displayName } } };
}

function quotaState(remaining: number, total: number): string {
  if (remaining === 0) return 'exceeded';
  if (remaining < total * 0.01) return 'critical';
  return remaining < total * 0.1 ? 'nearing' : 'normal';
}
