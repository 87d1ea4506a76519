import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page of the editor; src/editor/serving serves what this builds.
export default defineConfig({
  root: 'src/editor/page',
  base: '/_editor/',
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: { outDir: '../../../dist/editor-page', emptyOutDir: true, chunkSizeWarningLimit: 2500 },
});
