import type { Folder } from '@megdocs/contract';

export interface FolderNode extends Folder {
  children: FolderNode[];
}

/** The folders as a tree, by name. One whose parent this person may not see stands at the top. */
export function folderTree(folders: readonly Folder[]): FolderNode[] {
  const nodes = new Map(folders.map((folder): [string, FolderNode] => [folder.id, { ...folder, children: [] }]));
  const top: FolderNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.parentId ? nodes.get(node.parentId) : undefined;
    (parent ? parent.children : top).push(node);
  }
  const byName = (a: FolderNode, b: FolderNode) => a.name.localeCompare(b.name);
  for (const node of nodes.values()) node.children.sort(byName);
  return top.sort(byName);
}

/** From the top to the folder itself; empty for one that is not there. */
export function pathTo(folders: readonly Folder[], id: string | undefined): Folder[] {
  const path: Folder[] = [];
  let next = folders.find((folder) => folder.id === id);
  while (next && !path.includes(next)) {
    path.unshift(next);
    const parentId: string | null = next.parentId;
    next = folders.find((folder) => folder.id === parentId);
  }
  return path;
}

/** "Clinical / Infection prevention", in the order of the tree. */
export function folderPaths(folders: readonly Folder[]): (Folder & { path: string })[] {
  const flat = (nodes: readonly FolderNode[], before: string): (Folder & { path: string })[] =>
    nodes.flatMap((node) => {
      const path = before ? `${before} / ${node.name}` : node.name;
      return [{ ...node, path }, ...flat(node.children, path)];
    });
  return flat(folderTree(folders), '');
}
