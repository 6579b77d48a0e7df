import { type PostgresServer, startPostgresServer } from '../postgres-server.ts'
import { chooseServer } from './choose-server.ts'
import { engineAnswers, startPostgresContainer } from './docker.ts'

/** The Postgres that the tests of a run share; disposing ends it, unless it was somebody's before. */
export async function openTestServer(env: NodeJS.ProcessEnv): Promise<PostgresServer> {
  const choice = await chooseServer(env, () => engineAnswers(env))
  if (choice.from === 'url') return { url: choice.url, [Symbol.asyncDispose]: async () => {} }
  if (choice.from === 'binaries') return startPostgresServer()
  try {
    return await startPostgresContainer(env)
  } catch (error) {
    process.stderr.write(`A Docker engine answers, but Postgres does not start in it: ${(error as Error).message}\n`)
    return startPostgresServer()
  }
}
