import { afterEach, describe, expect, it } from 'vitest'
import type { HealthReport } from '#common/health/index.ts'
import { createLogger } from '#common/log/index.ts'
import { hashMonitorToken, Monitoring, mintMonitorToken, type Watched } from '#common/monitoring/index.ts'
import { createServer, listen, type Server } from '#common/xrpc/index.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const token = mintMonitorToken()

/** A component that is watched, and serves packages of any name beside. */
async function component(watched: Partial<Watched> = {}, tokenHash: string | undefined = hashMonitorToken(token)) {
  const monitoring = new Monitoring({
    component: 'gateway',
    config: { monitoring: tokenHash === '' ? undefined : { tokenHash }, dataDir: '/' },
  })
  const server = createServer({ log: createLogger('test', 'silent'), monitoring })
  servers.push(server)
  monitoring.serve(server, { checks: [], ...watched })
  server.get<{ Params: { name: string } }>('/:name', async ({ params }) => ({ package: params.name }))
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  return async (path: string, bearer?: string) => {
    const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
    const response = await fetch(`${url}${path}`, { headers })
    return { status: response.status, body: (await response.json()) as Partial<HealthReport> & { package?: string } }
  }
}

const failing = (essential: boolean): Watched => ({
  checks: [
    {
      name: 'database',
      essential,
      look: () => {
        throw new Error('is gone')
      },
    },
  ],
})

describe('/readyz', () => {
  it('is 200 with what was looked at, for the bearer of the token', async () => {
    const ask = await component({ progress: () => ({ head: { seq: 7 }, counts: { waiting: 2 } }) })
    const { status, body } = await ask('/readyz', token)
    expect(status).toBe(200)
    expect(body).toMatchObject({ component: 'gateway', ready: true, head: { seq: 7 }, counts: { waiting: 2 } })
    expect(body.disk?.freeBytes).toBeGreaterThan(0)
  })

  it('is 503 without something essential, and says why; other things it can do without', async () => {
    const ask = await component(failing(true))
    const { status, body } = await ask('/readyz', token)
    expect(status).toBe(503)
    expect(body).toMatchObject({ ready: false, checks: [{ name: 'database', ok: false, reason: 'is gone' }] })
    const limping = await (await component(failing(false)))('/readyz', token)
    expect(limping).toMatchObject({ status: 200, body: { ready: true, checks: [{ ok: false }] } })
  })

  it('answers when it cannot say how far it is', async () => {
    const ask = await component({
      progress: () => Promise.reject(new Error('no database')),
    })
    expect(await ask('/readyz', token)).toMatchObject({ status: 200, body: { ready: true, sources: [] } })
  })

  it('does not wait long for how far it is', async () => {
    const ask = await component({ progress: () => new Promise(() => {}) })
    expect(await ask('/readyz', token)).toMatchObject({ status: 200, body: { ready: true } })
  })

  it.each([
    ['nobody', undefined],
    ['somebody with another token', mintMonitorToken()],
    ['somebody with the digest', hashMonitorToken(token)],
  ])('is refused to %s', async (_who, bearer) => {
    const ask = await component()
    expect(await ask('/readyz', bearer)).toMatchObject({ status: 401, body: { error: 'AuthRequired' } })
  })

  it('is refused to everybody where no token is configured', async () => {
    expect(await (await component({}, ''))('/readyz', token)).toMatchObject({ status: 401 })
  })

  it('does not hide the package of that name from those who may not look', async () => {
    const ask = await component({ others: 'elsewhere' })
    expect(await ask('/readyz')).toEqual({ status: 200, body: { package: 'readyz' } })
    expect((await ask('/readyz', token)).body).toMatchObject({ component: 'gateway' })
  })
})

it('/healthz is everybody’s', async () => {
  const ask = await component(failing(true))
  expect((await ask('/healthz')).status).toBe(200)
})
