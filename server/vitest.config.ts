import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: process.env.TEST_DATABASE_URL ? 'server on PostgreSQL' : 'server on PGlite',
    root: import.meta.dirname,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Two processes share a PostgreSQL, never the embedded database.
    exclude: process.env.TEST_DATABASE_URL ? [] : ['test/reliability/**'],
    globalSetup: ['test/database-template.ts'],
    // Walks over many steps on a busy machine: a bound for what hangs, not for what is slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Each file starts a server of its own; more at once only get into each other's way.
    maxWorkers: 2,
  },
});
