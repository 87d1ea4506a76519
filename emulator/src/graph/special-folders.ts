import { ensureFolders } from '../world/arrange-items.ts';
import type { Drive, Item } from '../world/records.ts';
import { actorOf, type GraphCall } from './call.ts';
import { GraphError } from './errors.ts';

const FOLDERS: Record<string, string[]> = {
  documents: ['Documents'],
  photos: ['Pictures'],
  cameraroll: ['Pictures', 'Camera Roll'],
  music: ['Music'],
};

/**
 * Made at the first question for it, and known by its id from then on, whatever it is called later.
 * @see https://learn.microsoft.com/en-us/graph/api/drive-get-specialfolder
 */
export function openSpecialFolder(call: GraphCall, drive: Drive, name: string): Item {
  const { files } = call.world;
  const path = name === 'approot' ? ['Apps', applicationName(call)] : FOLDERS[name];
  if (path === undefined) throw new GraphError('itemNotFound', 'The special folder identifier is not valid.');
  const key = name === 'approot' ? `approot ${call.caller.clientId}` : name;
  const known = drive.special?.[key];
  const existing = known === undefined ? undefined : files.findLivingItem({ driveId: drive.id, itemId: known });
  if (existing !== undefined) return existing;
  const folder = ensureFolders(files, files.rootOf(drive), path, actorOf(call));
  files.drives.put(drive.id, Object.assign(drive, { special: { ...drive.special, [key]: folder.id } }));
  return files.changeItem(folder, (changed) => {
    changed.specialFolder = name;
  });
}

function applicationName({ world, caller }: GraphCall): string {
  const name = world.directory.findApplication(caller.clientId)?.displayName ?? caller.clientId;
  return name.replace(/["*:<>?/\\|]/g, ' ').trim();
}
