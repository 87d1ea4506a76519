import { downloadUrlOf } from '../content/signed-urls.ts';
import type { User } from '../world/directory.ts';
import { cTagOf, eTagOf } from '../world/files.ts';
import { mimeTypeOf, officeKindOf } from '../world/names.ts';
import type { Actor, Drive, Item, Version } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { siteNameOf, type View } from './view.ts';

export type Json = Record<string, unknown>;

/** Whole seconds, as work drives answer them. */
function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/**
 * An item as Graph shows it.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/driveitem
 */
export function presentItem(view: View, item: Item): Json {
  const drive = view.world.files.driveById(item.driveId);
  const base = presentBase(view, drive, item);
  if (item.kind === 'folder') return { ...base, folder: { childCount: view.world.files.childCount(item) } };
  const top = item.versions[0];
  return {
    '@microsoft.graph.downloadUrl': downloadUrlOf(view, item),
    ...base,
    cTag: cTagOf(item, drive.kind),
    file: { mimeType: mimeTypeOf(item.name), hashes: { quickXorHash: top?.quickXorHash } },
  };
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
  };
}

export function sizeOf(world: World, item: Item): number {
  if (item.kind === 'file') return item.versions[0]?.size ?? 0;
  return item.parentId === undefined ? world.files.quotaOf(world.files.driveById(item.driveId)).used : 0;
}

function presentActor(world: World, actor: Actor): Json {
  const user = actor.userId === undefined ? undefined : world.directory.findUser(actor.userId);
  const app = actor.clientId === undefined ? undefined : world.directory.findApplication(actor.clientId);
  return {
    ...(app === undefined ? {} : { application: { id: app.clientId, displayName: app.displayName } }),
    ...(user === undefined ? {} : { user: presentPerson(user) }),
  };
}

function presentPerson(user: User): Json {
  return { email: user.mail ?? user.userPrincipalName, id: user.id, displayName: user.displayName };
}

function presentParent(world: World, drive: Drive, item: Item): Json {
  const driveType = drive.kind;
  if (item.parentId === undefined) return { driveType, driveId: drive.id };
  const parent = world.files.findItem({ driveId: drive.id, itemId: item.parentId });
  const path = world.files.pathOf(item).slice(0, -1).map(encodeURIComponent);
  return {
    driveType,
    driveId: drive.id,
    id: item.parentId,
    ...(parent === undefined ? {} : { name: parent.parentId === undefined ? 'root' : parent.name }),
    path: `/drives/${drive.id}/root:${path.length > 0 ? `/${path.join('/')}` : ''}`,
  };
}

/** Office files open in the editor; others are shown raw. */
function webUrlOf(view: View, drive: Drive, item: Item): string {
  const app = { word: ':w:', excel: ':x:', powerpoint: ':p:', other: undefined }[officeKindOf(item.name)];
  if (item.kind === 'folder' || app === undefined) return rawUrlOf(view, drive, item);
  const guid = encodeURIComponent(`{${item.guid.toUpperCase()}}`);
  const file = encodeURIComponent(item.name);
  return `${view.origins.content}/${app}/r/personal/${siteNameOf(view.world, drive)}/_layouts/15/Doc.aspx?sourcedoc=${guid}&file=${file}&action=default&mobileredirect=true`;
}

export function rawUrlOf({ world, origins }: View, drive: Drive, item: Item): string {
  const path = world.files.pathOf(item).map((name) => `/${encodeURIComponent(name)}`);
  return `${origins.content}/personal/${siteNameOf(world, drive)}/Documents${path.join('')}`;
}

export function presentVersion(world: World, version: Version): Json {
  return {
    id: `${version.number}.0`,
    lastModifiedBy: presentActor(world, version.modifiedBy),
    lastModifiedDateTime: timeOf(version.modifiedAt),
    size: version.size,
  };
}

export function presentDrive({ world, origins }: View, drive: Drive): Json {
  const owner = world.directory.findUser(drive.ownerId);
  const { total, used } = world.files.quotaOf(drive);
  const remaining = Math.max(0, total - used);
  return {
    createdDateTime: timeOf(drive.createdAt),
    description: '',
    id: drive.id,
    lastModifiedDateTime: timeOf(drive.createdAt),
    name: 'OneDrive',
    webUrl: `${origins.content}/personal/${siteNameOf(world, drive)}/Documents`,
    driveType: drive.kind,
    ...(owner === undefined ? {} : { owner: { user: presentPerson(owner) } }),
    quota: { deleted: 0, remaining, state: quotaState(remaining, total), total, used },
  };
}

function quotaState(remaining: number, total: number): string {
  if (remaining === 0) return 'exceeded';
  if (remaining < total * 0.01) return 'critical';
  return remaining < total * 0.1 ? 'nearing' : 'normal';
}
