import { defineConfig } from 'vitest/config'

/** `npm run test:clients`: package managers from the registry publish a monorepo each. Takes minutes, so `npm test` leaves it out. */
export default defineConfig({
  test: {
    name: 'clients',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/clients/**/*.test.ts'],
    globalSetup: ['test/support/own-temp-folder.ts', 'test/support/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
})
