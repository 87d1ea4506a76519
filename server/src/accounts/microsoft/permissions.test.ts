import { expect, it } from 'vitest';
import { explainPermissions, missingPermissions } from './permissions.ts';

it('S28: a permission that was not granted is missing, however Microsoft spells the others', () => {
  const wanted = ['User.Read', 'Files.ReadWrite.All'];
  expect(missingPermissions(wanted, ['https://graph.microsoft.com/files.readwrite.all', 'User.Read'])).toEqual([]);
  expect(missingPermissions(wanted, ['User.Read', 'Files.ReadWrite'])).toEqual(['Files.ReadWrite.All']);
  expect(missingPermissions(wanted, [])).toEqual(wanted);
});

it('S28: the wider permission for files includes the narrower one', () => {
  expect(missingPermissions(['Files.ReadWrite'], ['Files.ReadWrite.All'])).toEqual([]);
});

it('C1: each permission is explained; those of the sign-in itself are not listed', () => {
  const explained = explainPermissions(['openid', 'profile', 'offline_access', 'User.Read', 'Mail.Read']);
  expect(explained.map(({ scope }) => scope)).toEqual(['User.Read', 'Mail.Read']);
  expect(explained[1]?.why).toContain('does not use it');
});
