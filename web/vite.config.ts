import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
  // The server puts a fresh nonce in place of this word with every answer.
  html: { cspNonce: '__NONCE__' },
  build: {
    // The pages' policy allows no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    rolldownOptions: { input: { index: 'index.html', viewer: 'viewer.html' } },
  },
  server: { proxy: { '/api': SERVER, '/auth': SERVER, '/accounts/account/microsoft/connect': SERVER } },
});
