import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const SERVER = 'http://localhost:3000';

export default defineConfig({
  plugins: [react(), compressed()],
  // The server puts a fresh nonce in place of this word with every answer.
  html: { cspNonce: '__NONCE__' },
  build: {
    // The pages' policy allows no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    rolldownOptions: { input: { index: 'index.html', viewer: 'viewer.html' } },
  },
  server: { proxy: { '/api': SERVER, '/auth': SERVER, '/accounts/account/microsoft/connect': SERVER } },
});

/** Scripts and styles also in compressed forms, once at the build: the server sends what the browser takes. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(js|css)$/.test(fileName)) continue;
        const source = file.type === 'chunk' ? file.code : file.source;
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source) });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source) });
      }
    },
  };
}
