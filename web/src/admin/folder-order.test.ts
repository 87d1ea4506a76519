import type { Folder } from '@megdocs/contract';
import { expect, test } from 'vitest';
import { foldersInOrder } from './folder-order.ts';
import { beforePath } from './redirect-uri.ts';

const folder = (id: string, name: string, parentId: string | null): Folder => ({
  id,
  name,
  parentId,
  documentCount: 0,
  ownRulesOnly: false,
  mayUpload: false,
  mayManage: true,
});

test('folders stand below their parents, siblings by name', () => {
  const places = foldersInOrder([
    folder('1', 'Forms', null),
    folder('2', 'Wound care', '3'),
    folder('3', 'Clinical', null),
    folder('4', 'Blood transfusion', '3'),
  ]);
  expect(places.map(({ path, depth }) => `${depth} ${path}`)).toEqual([
    '0 Clinical',
    '1 Clinical / Blood transfusion',
    '1 Clinical / Wound care',
    '0 Forms',
  ]);
});

test('a folder whose parent this person may not see is still there', () => {
  expect(foldersInOrder([folder('2', 'Wound care', 'hidden')]).map(({ path }) => path)).toEqual(['Wound care']);
});

test('a redirect URI is cut before its path and nowhere else', () => {
  expect(beforePath('https://docs.example/auth/oauth2/microsoft/callback/')).toEqual([
    'https://docs.example',
    '/auth/oauth2/microsoft/callback/',
  ]);
  expect(beforePath('')).toEqual(['', '']);
});
