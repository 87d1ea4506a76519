import '@eigenpal/docx-editor-react/styles.css';
import { setGoogleFontsEnabled } from '@eigenpal/docx-editor-core';
import { createRoot } from 'react-dom/client';
import type { PageConfig } from './config.ts';
import { EditorWindow } from './editor-window.tsx';

export function showEditor(config: PageConfig): void {
  // The page talks to its own server only.
  setGoogleFontsEnabled(false);
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<EditorWindow config={config} />);
}
