import { readConfig } from './config.ts';
import { giveStylesTheNonce } from './style-nonce.ts';

// The editor's dependencies make style elements while they load, so this comes first.
giveStylesTheNonce();
const config = readConfig();
if (config.kind === 'word') {
  const { showEditor } = await import('./show-editor.tsx');
  showEditor(config);
} else {
  const { showFields } = await import('./fields/show-fields.tsx');
  showFields(config);
}
