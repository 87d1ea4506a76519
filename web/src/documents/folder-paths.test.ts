import type { Folder } from '@megdocs/contract';
import { expect, it } from 'vitest';
import { folderPaths, pathTo } from './folder-paths.ts';

const folder = (id: string, parentId: string | null): Folder => ({
  id,
  name: id.toUpperCase(),
  parentId,
  documentCount: 0,
  ownRulesOnly: false,
  mayUpload: true,
  mayManage: false,
});
const folders = [folder('b', null), folder('a2', 'a'), folder('a', null), folder('a1', 'a'), folder('x', 'unseen')];

it('D2: lists folders in the order of the tree, those under an unseen parent at the top', () => {
  expect(folderPaths(folders).map((each) => each.path)).toEqual(['A', 'A / A1', 'A / A2', 'B', 'X']);
});

it('finds the way to a folder, and none to one that is not there', () => {
  expect(pathTo(folders, 'a1').map((each) => each.id)).toEqual(['a', 'a1']);
  expect(pathTo(folders, 'gone')).toEqual([]);
});
