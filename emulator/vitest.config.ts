import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests start processes and browsers; on a busy machine that takes its time.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
