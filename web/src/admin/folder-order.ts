import type { Folder } from '@megdocs/contract';

export interface FolderPlace {
  folder: Folder;
  depth: number;
  /** "Clinical / Infection prevention". */
  path: string;
}

/** All folders in the order of a tree that stands open: each below its parent, siblings by name. */
export function foldersInOrder(folders: readonly Folder[]): FolderPlace[] {
  const ids = new Set(folders.map((folder) => folder.id));
  // A parent that this person may not see makes a folder a top one.
  const parentOf = (folder: Folder) => (folder.parentId && ids.has(folder.parentId) ? folder.parentId : null);
  const below = (parent: string | null, depth: number, path: string): FolderPlace[] =>
    folders
      .filter((folder) => parentOf(folder) === parent)
      .sort((a, b) => a.name.localeCompare(b.name))
      .flatMap((folder) => {
        const own = path ? `${path} / ${folder.name}` : folder.name;
        return [{ folder, depth, path: own }, ...below(folder.id, depth + 1, own)];
      });
  return below(null, 0, '');
}
