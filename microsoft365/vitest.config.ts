import { defineConfig } from 'vitest/config';

// A bound for what hangs, not for what is slow on a busy machine.
export default defineConfig({ test: { name: 'microsoft365', testTimeout: 60_000, hookTimeout: 60_000 } });
