import type { Folder, FolderRight, FolderRule } from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import { recordAudit } from '../platform/audit.ts';
import { type Db, inTransaction, type Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import { invalidField, notAllowed, violates, wrongState } from './errors.ts';
import {
  contentsOf,
  deleteFolderRow,
  type FolderRow,
  insertFolder,
  lockFolder,
  type NamedRule,
  type RuleRow,
  replaceRules,
  rulesOf,
  teamsExist,
  updateFolderRow,
} from './folder-store.ts';
import { countByFolder, visibilityOf } from './register-store.ts';
import { type FolderRights, folderRights, foldersWhoseRulesCount, pathTo } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { personsOf } from './store.ts';

/** The folders that a person sees: those a rule opens, those that hold something for them, and the way there. */
export async function folderTree(
  room: DocumentsRoom,
  q: Db | Tx,
  person: SignedIn,
): Promise<{ folders: Folder[]; mayCreateTopFolder: boolean }> {
  const rights = await folderRights(room, q, person);
  const counts = await countByFolder(q, visibilityOf(person, rights));
  const shown = new Set<string>();
  const total = new Map<string, number>();
  for (const folder of rights.folders) {
    const count = counts.get(folder.id) ?? 0;
    const path = pathTo(rights.folders, folder.id);
    for (const above of path) total.set(above.id, (total.get(above.id) ?? 0) + count);
    if (rights.isController || rights.rightsIn(folder.id).has('view') || count > 0)
      for (const above of path) shown.add(above.id);
  }
  return {
    folders: rights.folders
      .filter((folder) => shown.has(folder.id))
      .map((folder) => present(folder, rights, total.get(folder.id) ?? 0)),
    mayCreateTopFolder: rights.isController,
  };
}

function present(folder: FolderRow, rights: FolderRights, documentCount: number): Folder {
  return {
    ...folder,
    documentCount,
    mayUpload: rights.mayUpload(folder.id),
    mayManage: rights.mayManage(folder.id),
  };
}

export interface NewFolder {
  institutionId: string;
  parentId: string | null;
  name: string;
  by: string | null;
  ownRulesOnly?: boolean;
  rules?: readonly RuleRow[];
}

export async function createFolder(room: DocumentsRoom, tx: Tx, given: NewFolder): Promise<string> {
  const id = room.random.uuid();
  await insertFolder(tx, { ...given, id, ownRulesOnly: given.ownRulesOnly ?? false });
  await replaceRules(tx, given.institutionId, id, given.rules ?? []);
  await recordAudit(tx, {
    institutionId: given.institutionId,
    personId: given.by,
    kind: 'folder_changed',
    detail: { folderId: id, did: 'created', name: given.name, parentId: given.parentId },
  });
  return id;
}

/** A top folder is made by a document controller, a sub-folder by whoever manages the folder above. */
export async function makeFolder(
  room: DocumentsRoom,
  person: SignedIn,
  wanted: { name: string; parentId: string | null },
): Promise<Folder> {
  return withNameCheck(wanted.name, () =>
    inTransaction(room.db, async (tx) => {
      if (wanted.parentId === null) {
        if (!(await folderRights(room, tx, person)).isController)
          throw notAllowed('Only a document controller can make a folder at the top.', 'Ask one of them.');
      } else await assertManages(room, tx, person, wanted.parentId);
      const id = await createFolder(room, tx, { ...wanted, institutionId: person.institutionId, by: person.personId });
      return showFolder(room, tx, person, id);
    }),
  );
}

async function showFolder(room: DocumentsRoom, tx: Tx, person: SignedIn, id: string): Promise<Folder> {
  const { folders } = await folderTree(room, tx, person);
  const folder = folders.find((candidate) => candidate.id === id);
  if (!folder) throw notFound('This folder');
  return folder;
}

/** The folder, for whoever manages it. Throws 404 for what one may not see, 403 for what one may only see. */
async function assertManages(room: DocumentsRoom, q: Db | Tx, person: SignedIn, id: string): Promise<FolderRights> {
  const rights = await folderRights(room, q, person);
  if (!rights.folders.some((folder) => folder.id === id)) throw notFound('This folder');
  if (rights.mayManage(id)) return rights;
  if (!rights.rightsIn(id).has('view')) throw notFound('This folder');
  throw notAllowed('You do not manage this folder.', 'A document controller can do it, or let you manage it.');
}

export async function updateFolder(
  room: DocumentsRoom,
  person: SignedIn,
  id: string,
  change: { name?: string | undefined; ownRulesOnly?: boolean | undefined },
): Promise<Folder> {
  return withNameCheck(change.name ?? '', () =>
    inTransaction(room.db, async (tx) => {
      await assertManages(room, tx, person, id);
      await lockFolder(tx, person.institutionId, id);
      await updateFolderRow(tx, id, {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.ownRulesOnly === undefined ? {} : { own_rules_only: change.ownRulesOnly }),
      });
      await recordAudit(tx, {
        institutionId: person.institutionId,
        personId: person.personId,
        kind: change.ownRulesOnly === undefined ? 'folder_changed' : 'folder_rules_changed',
        detail: { folderId: id, ...change },
      });
      return showFolder(room, tx, person, id);
    }),
  );
}

async function withNameCheck<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'unique')) throw invalidField('name', `There is a folder called ${name} here already.`);
    throw error;
  }
}

/** Only an empty folder goes; documents are never deleted with it. */
export async function deleteFolder(room: DocumentsRoom, person: SignedIn, id: string): Promise<void> {
  await inTransaction(room.db, async (tx) => {
    const rights = await assertManages(room, tx, person, id);
    await lockFolder(tx, person.institutionId, id);
    const { documents, folders } = await contentsOf(tx, id);
    if (documents + folders > 0)
      throw wrongState(
        `The folder is not empty: it holds ${documents} documents and ${folders} folders.`,
        'Move them to another folder first.',
      );
    await deleteFolderRow(tx, id);
    await recordAudit(tx, {
      institutionId: person.institutionId,
      personId: person.personId,
      kind: 'folder_changed',
      detail: { folderId: id, did: 'deleted', name: rights.folders.find((folder) => folder.id === id)?.name },
    });
  });
}

export interface RulesAnswer {
  own: FolderRule[];
  inherited: (FolderRule & { fromFolder: string })[];
}

export async function readRules(room: DocumentsRoom, q: Db | Tx, person: SignedIn, id: string): Promise<RulesAnswer> {
  const { folders } = await assertManages(room, q, person, id);
  const counting = foldersWhoseRulesCount(folders, id);
  const names = new Map(counting.map((folder) => [folder.id, folder.name]));
  const rules = await rulesOf(q, [...names.keys()]);
  return {
    own: rules.filter((rule) => rule.folderId === id).map(presentRule),
    inherited: rules
      .filter((rule) => rule.folderId !== id)
      .map((rule) => ({ ...presentRule(rule), fromFolder: names.get(rule.folderId) ?? '' })),
  };
}

function presentRule({ personId, teamId, name, right }: NamedRule): FolderRule {
  return personId === null
    ? { subject: { kind: 'team', id: teamId ?? '', name }, right }
    : { subject: { kind: 'person', id: personId, name }, right };
}

/** Replaces a folder's own rules. They count from the next request on. */
export async function changeRules(
  room: DocumentsRoom,
  person: SignedIn,
  id: string,
  rules: readonly FolderRule[],
): Promise<RulesAnswer> {
  return inTransaction(room.db, async (tx) => {
    await assertManages(room, tx, person, id);
    await lockFolder(tx, person.institutionId, id);
    await assertSubjectsExist(tx, person.institutionId, rules);
    const before = (await rulesOf(tx, [id])).map(({ name, right }) => ({ name, right }));
    await replaceRules(tx, person.institutionId, id, rules.map(toRow));
    const after = (await rulesOf(tx, [id])).map(({ name, right }) => ({ name, right }));
    await recordAudit(tx, {
      institutionId: person.institutionId,
      personId: person.personId,
      kind: 'folder_rules_changed',
      detail: { folderId: id, before, after },
    });
    // Who took their own right away reads nothing more of it.
    const stillManages = (await folderRights(room, tx, person)).mayManage(id);
    return stillManages ? readRules(room, tx, person, id) : { own: [], inherited: [] };
  });
}

function toRow({ subject, right }: FolderRule): RuleRow & { right: FolderRight } {
  return subject.kind === 'person' ? { personId: subject.id, right } : { teamId: subject.id, right };
}

async function assertSubjectsExist(tx: Tx, institutionId: string, rules: readonly FolderRule[]): Promise<void> {
  const idsOf = (kind: 'person' | 'team') => [
    ...new Set(rules.filter((rule) => rule.subject.kind === kind).map((rule) => rule.subject.id)),
  ];
  const personIds = idsOf('person');
  const peopleThere = (await personsOf(tx, institutionId, personIds)).length === personIds.length;
  if (!peopleThere || !(await teamsExist(tx, institutionId, idsOf('team'))))
    throw invalidField('own', 'A rule names a person or team that is not there any more. Reload the page.');
}
