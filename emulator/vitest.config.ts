import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests start processes and browsers; on a busy machine that takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
