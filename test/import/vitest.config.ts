import { defineConfig } from 'vitest/config'

/** `npm run test:import`: real versions are taken over from the registry that npm is set up for. Takes minutes, so `npm test` leaves it out. */
export default defineConfig({
  test: {
    name: 'import',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/import/**/*.test.ts'],
    globalSetup: ['test/support/own-temp-folder.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
})
