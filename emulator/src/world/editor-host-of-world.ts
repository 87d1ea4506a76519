import { originsOfHost, type Ports } from '../http/origins.ts';
import type { User } from './directory.ts';
import { readNewestContent, saveFromEditor, touchOpened, watchSaves } from './edit.ts';
import type { EditorDocument, EditorHost, EditorUser } from './editor-host.ts';
import { officeKindOf } from './names.ts';
import { WorldRefusal } from './records.ts';
import type { World } from './world.ts';

/** What the editor may ask, answered from the world. */
export function createEditorHost(world: World, ports: () => Ports): EditorHost {
  return {
    now: () => world.clock.now(),
    signedInUser: (cookieHeader) => {
      const account = world.sessions.accounts(cookieHeader)[0];
      return account && presentUser(account.user);
    },
    signInUrl: (requestOrigin, returnTo) => {
      const { protocol, host } = new URL(requestOrigin);
      const { main } = originsOfHost(protocol.replace(':', ''), host, ports());
      return `${main}/_signin?return_to=${encodeURIComponent(returnTo)}`;
    },
    openDocument: async (sourcedoc, user) => {
      await world.settle();
      return findDocument(world, sourcedoc, user);
    },
    readContent: async (ref) => {
      await world.settle();
      const { content, tag, userId } = await readNewestContent(world.files, ref);
      const savedBy = userId === undefined ? undefined : world.directory.findUser(userId)?.displayName;
      return { content, tag, ...(savedBy === undefined ? {} : { savedBy }) };
    },
    saveContent: async (ref, user, content) => {
      await world.settle();
      return saveFromEditor(world.files, ref, getUser(world, user.id), content);
    },
    replaceContent: async (ref, user, content, ifTag) => {
      await world.settle();
      return saveFromEditor(world.files, ref, getUser(world, user.id), content, ifTag);
    },
    watchSaves: (ref, listener) => watchSaves(world.files, ref, listener),
    noticeOpened: (ref) => touchOpened(world.files, ref),
    keepOpen: (ref, user, editorTabId) => world.files.locks.keepOpen(ref, user.id, editorTabId),
    close: (ref, user, editorTabId) => world.files.locks.close(ref, user.id, editorTabId),
  };
}

function findDocument(world: World, sourcedoc: string, user: EditorUser): EditorDocument | 'not-found' | 'no-access' {
  const item = world.files.findByGuid(sourcedoc.replace(/[{}]/g, ''));
  if (item === undefined || item.kind !== 'file') return 'not-found';
  const role = world.permissions.roleOf(getUser(world, user.id), item);
  if (role === undefined) return 'no-access';
  return {
    ref: { driveId: item.driveId, itemId: item.id },
    name: item.name,
    mayWrite: role !== 'read',
    kind: officeKindOf(item.name),
  };
}

function getUser(world: World, id: string): User {
  const user = world.directory.findUser(id);
  if (user === undefined) throw new WorldRefusal('itemNotFound');
  return user;
}

function presentUser(user: User): EditorUser {
  const { id, tenantId: tid, displayName, userPrincipalName } = user;
  return { id, tid, displayName, userPrincipalName };
}
