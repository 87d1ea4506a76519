import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'contract',
      'microsoft365',
      'emulator',
      'server',
      'web',
      'fixtures',
      // Packs and installs: bounded by what hangs, not by what is slow.
      { test: { name: 'packages', include: ['scripts/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 } },
    ],
    passWithNoTests: false,
    maxWorkers: 2,
  },
});
