import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Lies beside the page, not at the package's root: there the tests would take it for theirs.
export default defineConfig({
  base: '/_editor/',
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: { outDir: '../../../dist/editor-page', emptyOutDir: true, chunkSizeWarningLimit: 2500 },
});
