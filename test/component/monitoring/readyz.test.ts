import { expect, it } from 'vitest'
import type { HealthReport } from '#common/health/index.ts'
import { Directory } from '#pds/directory/index.ts'
import { monitorToken, testNetwork } from '#test/support/network.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'

it('a component without Postgres is alive and not ready, and says why', async () => {
  await using opened = new AsyncDisposableStack()
  const net = opened.use(await testNetwork())
  const postgres = await startPostgresServer()
  const stopped = opened.use(once(postgres))
  const config = await net.configFor('directory')
  // The server's own schema will do: it is ours alone.
  const directory = opened.use(
    await Directory.start({ ...config, database: { url: postgres.url, schema: 'public', poolSize: 2 } }),
  )
  const ask = async () => {
    const response = await fetch(`${directory.url}/readyz`, { headers: { authorization: `Bearer ${monitorToken}` } })
    return { status: response.status, ...((await response.json()) as HealthReport) }
  }
  expect(await ask()).toMatchObject({ status: 200, ready: true, checks: [{ name: 'database', ok: true }] })
  await stopped[Symbol.asyncDispose]()
  await expect.poll(ask, { timeout: 10_000 }).toMatchObject({
    status: 503,
    ready: false,
    checks: [{ name: 'database', ok: false, reason: expect.any(String) }],
  })
  expect((await fetch(`${directory.url}/healthz`)).status).toBe(200)
})

/** Disposed of in the middle, and not a second time at the end. */
function once(resource: AsyncDisposable): AsyncDisposable {
  let disposed: PromiseLike<void> | undefined
  return {
    async [Symbol.asyncDispose]() {
      disposed ??= resource[Symbol.asyncDispose]()
      await disposed
    },
  }
}
