import type { TestProject } from 'vitest/node'
import { startPostgresServer } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the server all tests of this run share. */
    postgresUrl: string
  }
}

/** One Postgres server per test run, unless ATOLL_TEST_DATABASE_URL names one that is there already. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['ATOLL_TEST_DATABASE_URL']
  if (given !== undefined) {
    project.provide('postgresUrl', given)
    return undefined
  }
  const postgres = await startPostgresServer()
  project.provide('postgresUrl', postgres.url)
  return async () => postgres[Symbol.asyncDispose]()
}
