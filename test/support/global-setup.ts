import type { TestProject } from 'vitest/node'
import { openTestServer } from './test-server/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the server all tests of this run share. */
    postgresUrl: string
  }
}

/** One Postgres server per test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await openTestServer(process.env)
  project.provide('postgresUrl', postgres.url)
  return async () => postgres[Symbol.asyncDispose]()
}
