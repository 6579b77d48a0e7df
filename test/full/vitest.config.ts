import { defineConfig } from 'vitest/config'

/** `npm run test:large`: a tarball of 200 MB through the whole box. Takes a minute or two, so `npm test` leaves it out. */
export default defineConfig({
  test: {
    name: 'full',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/full/**/*.test.ts'],
    globalSetup: ['test/support/own-temp-folder.ts'],
    pool: 'forks',
    fileParallelism: false,
  },
})
