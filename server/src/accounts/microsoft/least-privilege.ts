import type { MicrosoftConfig } from '../../config.ts';

const OFF_WITHOUT_ALL = [
  'Microsoft does not tell MEGDocs when a file is saved; it looks by itself, so a save shows up a little later.',
  'When the connection of the person who opened a document breaks, a colleague’s connection can not fetch the shared working copy. It waits until the person has reconnected.',
];

/** What does not work with `Files.ReadWrite` alone, in sentences; nothing is off with the wider permission. */
export function offInLeastPrivilege(filesScope: MicrosoftConfig['filesScope'] | undefined): string[] {
  return filesScope === 'Files.ReadWrite' ? OFF_WITHOUT_ALL : [];
}
