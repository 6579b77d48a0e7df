import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Not part of `npm test`: it needs a container engine, and minutes. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/compose/**/*.test.ts'],
    globalSetup: ['test/support/own-temp-folder.ts', 'test/compose/engine/one-engine.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 1_200_000,
    // Each test stands on what the one before left running.
    bail: 1,
  },
})
