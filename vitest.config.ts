import { defineConfig } from 'vitest/config'

/** Whole boxes for minutes: `npm run test:long`, and no part of `npm test`. */
const long = [
  'test/e2e/crash/**/*.test.ts',
  'test/e2e/docs/**/*.test.ts',
  'test/e2e/cli/own-providers.test.ts',
  // Component tests hold the same rules; these see them once more in a whole box.
  'test/e2e/cli/incident.test.ts',
  'test/e2e/names/hand-over.test.ts',
  'test/e2e/provenance/**/*.test.ts',
  'test/e2e/public/**/*.test.ts',
]

/**
 * Moves the clock of its process. Libraries remember the latest time they have seen (the TIDs of `@atproto/common-web` never go back), so
 * whoever came next in the process would write from the future.
 */
const ownClock = ['test/component/people/window.test.ts']

/** Parts of a box that are killed again and again, each a process of its own: with `npm run test:long`, too. */
const kills = [
  'test/component/edge/kill.test.ts',
  'test/component/promotion/kill-*.test.ts',
  'test/component/relay/kill.test.ts',
  'test/component/mirror/kill.test.ts',
  'test/component/pds-host/provision-crash.test.ts',
]

/** Of components, what waits for a public network again and again: with `npm run test:long`, too. */
const slow = ['test/component/promotion/following.test.ts', 'test/component/promotion/naming.test.ts']

export default defineConfig({
  test: {
    // Where it says `isolate: false`, files share what they import: half of the time went into reading it anew for each.
    // Two cores: a handful of workers that share one box beats one box per worker.
    maxWorkers: 2,
    testTimeout: 120_000,
    // A machine that does other things, too, may lose a race once; what fails twice is broken. Said in the report.
    retry: process.env['CI'] === undefined ? 0 : 1,
    hookTimeout: 300_000,
    // Long enough to tell a hang from a busy machine.
    expect: { poll: { timeout: 20_000 } },
    globalSetup: ['test/support/own-temp-folder.ts'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'component',
          include: ['test/component/**/*.test.ts'],
          exclude: [...ownClock, ...kills, ...slow],
          pool: 'forks',
          isolate: false,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'clock', include: ownClock, pool: 'forks', globalSetup: ['test/support/global-setup.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'scenarios',
          include: ['test/scenarios/**/*.test.ts'],
          pool: 'forks',
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: long,
          pool: 'forks',
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: { name: 'long', include: long, pool: 'forks', testTimeout: 180_000 },
      },
      {
        extends: true,
        test: {
          name: 'kills',
          include: [...kills, ...slow],
          pool: 'forks',
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          globalSetup: ['test/browser/support/browser-box.ts'],
        },
      },
    ],
  },
})
