import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { firstPageStaysSmall } from './first-page.ts';

const SERVER = 'http://localhost:3000';

export default defineConfig({
  plugins: [react(), firstPageStaysSmall(), compressed()],
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
    // From the disk: before that, names of other files may still be put into them.
    writeBundle({ dir = '' }, bundle) {
      for (const fileName of Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))) {
        const path = join(dir, fileName);
        const source = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(source));
        writeFileSync(`${path}.gz`, gzipSync(source));
      }
    },
  };
}
