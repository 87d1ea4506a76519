import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** What a ward PC loads before the register stands there. */
const FIRST_PAGE = 'src/documents/register-page.tsx';
const LIMIT_BYTES = 240_000;

/** Fails the build when the scripts of the first page, compressed, are more than the product allows itself. */
export function firstPageStaysSmall(): Plugin {
  return {
    name: 'first-page-stays-small',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const roots = chunks.filter(
        (chunk) => (chunk.isEntry && chunk.name === 'index') || chunk.facadeModuleId?.endsWith(FIRST_PAGE),
      );
      if (roots.length !== 2)
        this.error(`The entry and ${FIRST_PAGE} should be chunks of their own: look at main.tsx.`);
      const needed = withImports(roots, new Map(chunks.map((chunk) => [chunk.fileName, chunk])));
      const bytes = needed.reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0);
      const words = `The first page takes ${(bytes / 1000).toFixed(1)} kB of compressed JavaScript in ${needed.length} files`;
      if (bytes > LIMIT_BYTES) {
        this.error(
          `${words}; at most ${LIMIT_BYTES / 1000} are allowed. Load lazily what it does not need to stand there.`,
        );
      }
      this.info(words);
    },
  };
}

function withImports(roots: Rolldown.OutputChunk[], byName: Map<string, Rolldown.OutputChunk>): Rolldown.OutputChunk[] {
  const found = new Set(roots);
  for (const chunk of found) {
    for (const name of chunk.imports) {
      const imported = byName.get(name);
      if (imported) found.add(imported);
    }
  }
  return [...found];
}
