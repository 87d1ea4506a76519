import type { FolderRight } from '@megdocs/contract';

/** What a person is to one document. */
export interface DocumentAccess {
  sees: 'nothing' | 'published' | 'drafts';
  edits: boolean;
  reviews: boolean;
  approves: boolean;
  /** Changes details, owner, place and the people named on it: the owner, a folder's `manage`, controllers. */
  manages: boolean;
  controls: boolean;
  owns: boolean;
}

export interface AccessQuestion {
  sameInstitution: boolean;
  isController: boolean;
  isOwner: boolean;
  /** As which the person is named on the document. */
  namedAs: ReadonlySet<'contributor' | 'reviewer' | 'approver'>;
  /** What the rules of the document's folder grant this person, the inherited ones included. */
  folderRights: ReadonlySet<FolderRight>;
  hasPublishedVersion: boolean;
}

const NOTHING: DocumentAccess = {
  sees: 'nothing',
  edits: false,
  reviews: false,
  approves: false,
  manages: false,
  controls: false,
  owns: false,
};

/** Rules only grant; nothing denies. `manage` and a controller's role see everything, but neither edit nor approve. */
export function decideAccess(question: AccessQuestion): DocumentAccess {
  if (!question.sameInstitution) return NOTHING;
  const { isController, isOwner, namedAs, folderRights } = question;
  const edits = isOwner || namedAs.has('contributor') || folderRights.has('edit');
  const approves = namedAs.has('approver') || folderRights.has('approve');
  const reviews = approves || namedAs.has('reviewer');
  const manages = isOwner || isController || folderRights.has('manage');
  const seesDrafts = edits || reviews || manages;
  const seesPublished = question.hasPublishedVersion && folderRights.has('view');
  return {
    sees: seesDrafts ? 'drafts' : seesPublished ? 'published' : 'nothing',
    edits,
    reviews,
    approves,
    manages,
    controls: isController,
    owns: isOwner,
  };
}

export interface FolderNode {
  id: string;
  parentId: string | null;
  ownRulesOnly: boolean;
}
/** A rule that grants this person something, by name or by a team. */
export interface GrantingRule {
  folderId: string;
  right: FolderRight;
}

/** What the rules grant in every folder: a sub-folder inherits unless it has its own rules only. */
export function rightsByFolder(
  folders: readonly FolderNode[],
  granting: readonly GrantingRule[],
): Map<string, ReadonlySet<FolderRight>> {
  const nodes = new Map(folders.map((folder) => [folder.id, folder]));
  const own = Map.groupBy(granting, (rule) => rule.folderId);
  const known = new Map<string, ReadonlySet<FolderRight>>();

  function rightsOf(folder: FolderNode): ReadonlySet<FolderRight> {
    const already = known.get(folder.id);
    if (already) return already;
    const parent = folder.ownRulesOnly || folder.parentId === null ? undefined : nodes.get(folder.parentId);
    const rights = new Set<FolderRight>(parent ? rightsOf(parent) : []);
    for (const { right } of own.get(folder.id) ?? []) rights.add(right).add('view');
    known.set(folder.id, rights);
    return rights;
  }
  for (const folder of folders) rightsOf(folder);
  return known;
}
