import type { Drive, Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { GraphError } from './errors.ts';
import { canonicalItemId } from './find.ts';
import { parseGraphPath } from './path.ts';

/** The folder that a `parentReference` names, by id (`root` too) or by path; nothing if it names none. */
export function itemAtReference(
  { world: { files } }: GraphCall,
  drive: Drive,
  reference: { id?: string | undefined; path?: string | undefined },
): Item | undefined {
  const { id, path } = reference;
  if (id === undefined && path === undefined) return undefined;
  const found = id === undefined ? atPath() : byId(id);
  if (found === undefined) throw new GraphError('itemNotFound', 'The parent folder could not be found.');
  return found;

  function byId(itemId: string): Item | undefined {
    if (itemId.toLowerCase() === 'root') return files.rootOf(drive);
    return files.findLivingItem({ driveId: drive.id, itemId: canonicalItemId(drive, itemId) });
  }

  /** `/drive/root:/A/B`, or the same below `/drives/{id}`. */
  function atPath(): Item | undefined {
    const { item } = parseGraphPath(path?.startsWith('/') ? path : `/${path}`);
    return item?.from.kind === 'root' ? files.findByPath(files.rootOf(drive), item.path) : undefined;
  }
}
