import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['contract', 'microsoft365', 'emulator', 'server', 'web', 'fixtures'],
    passWithNoTests: false,
    maxWorkers: 2,
  },
});
