import { randomBytes } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresServer } from '../postgres-server.ts'

/** Another one where that cannot be fetched: `ATOLL_TEST_POSTGRES_IMAGE`. */
const usualImage = 'postgres:18-bookworm'
const engineTimeoutMs = 5_000
// Where the image has to be fetched first.
const startTimeoutMs = 180_000

/** Whether a Docker engine answers here. The library is loaded only where there could be one: it takes seconds. */
export async function engineAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  const sockets = ['/var/run/docker.sock', join(env['XDG_RUNTIME_DIR'] ?? '/nowhere', 'docker.sock')]
  const found = await Promise.all(
    sockets.map((socket) =>
      access(socket).then(
        () => true,
        () => false,
      ),
    ),
  )
  if (!found.includes(true) && (env['DOCKER_HOST'] ?? '') === '') return false
  const { getContainerRuntimeClient } = await import('testcontainers')
  const answers = getContainerRuntimeClient().then(
    () => true,
    () => false,
  )
  return Promise.race([answers, after(engineTimeoutMs).then(() => false)])
}

/** @throws Error when there is no such image to be had in time, or it does not start */
export async function startPostgresContainer(env: NodeJS.ProcessEnv): Promise<PostgresServer> {
  const image = env['ATOLL_TEST_POSTGRES_IMAGE'] ?? usualImage
  const { GenericContainer, Wait } = await import('testcontainers')
  const password = randomBytes(16).toString('hex')
  const started = new GenericContainer(image)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    // Tests end processes, not the machine.
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
    .withExposedPorts(5432)
    .withHealthCheck({
      test: ['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', 'postgres'],
      interval: 250,
      timeout: 1_000,
      retries: 200,
    })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(startTimeoutMs)
    .start()
  const container = await Promise.race([started, after(startTimeoutMs).then(() => undefined)])
  if (container === undefined) {
    // It may come yet.
    started.then((late) => late.stop()).catch(() => {})
    throw new Error(`${image} does not start in time`)
  }
  return {
    url: `postgres://postgres:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    async [Symbol.asyncDispose]() {
      await container.stop()
    },
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
