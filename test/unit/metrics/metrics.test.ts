import { afterEach, describe, expect, it } from 'vitest'
import { AtollError } from '#common/errors/index.ts'
import { createLogger } from '#common/log/index.ts'
import { counter, gauge, Metrics, secondsSince, Tally } from '#common/metrics/index.ts'
import { hashMonitorToken, Monitoring, mintMonitorToken } from '#common/monitoring/index.ts'
import { createServer, listen } from '#common/xrpc/index.ts'

const resources: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of resources.splice(0)) await resource[Symbol.asyncDispose]()
})

function fresh(): Metrics {
  const metrics = new Metrics()
  resources.push(metrics)
  return metrics
}

describe('metrics', () => {
  it('are read when somebody looks, each with its labels', async () => {
    const metrics = fresh()
    const tally = new Tally<'outcome'>()
    metrics.observe(counter('atoll_deeds_total', 'Deeds.', ['outcome']), () => tally.readings)
    metrics.observe(gauge('atoll_waiting', 'Waiting.'), async () => 3)
    tally.count({ outcome: 'done' })
    tally.count({ outcome: 'done' })
    tally.count({ outcome: 'refused' })
    const text = await metrics.text()
    expect(text).toContain('# TYPE atoll_deeds_total counter\natoll_deeds_total{outcome="done"} 2\n')
    expect(text).toContain('atoll_deeds_total{outcome="refused"} 1\n')
    expect(text).toContain('# TYPE atoll_waiting gauge\natoll_waiting 3\n')
  })

  it('leave out what cannot be read, and show the rest', async () => {
    const metrics = fresh()
    metrics.observe(gauge('atoll_lost', 'Lost.'), () => Promise.reject(new Error('no database')))
    metrics.observe(gauge('atoll_kept', 'Kept.'), () => 1)
    const text = await metrics.text()
    expect(text).toContain('atoll_kept 1\n')
    expect(text).not.toMatch(/^atoll_lost /m)
  })

  it('of two components in one process are apart', async () => {
    const [one, other] = [fresh(), fresh()]
    one.observe(gauge('atoll_one', 'One.'), () => 1)
    expect(await other.text()).not.toContain('atoll_one')
  })
})

describe('/metrics', () => {
  const token = mintMonitorToken()

  async function component() {
    const config = { monitoring: { tokenHash: hashMonitorToken(token) }, dataDir: '/' }
    const monitoring = new Monitoring({ component: 'test', config })
    const server = createServer({ log: createLogger('test', 'silent'), monitoring })
    resources.push({ [Symbol.asyncDispose]: async () => server.close() }, monitoring)
    monitoring.serve(server, { checks: [], others: 'elsewhere' })
    server.get<{ Params: { name: string } }>('/:name', async ({ params: { name } }) => {
      if (name === 'secret') throw new AtollError('NotFound', { package: name })
      return { name }
    })
    const url = await listen(server, { host: '127.0.0.1', port: 0 })
    const read = async () => (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
    return { url, read }
  }

  it('counts requests by the pattern of their route and the code of their error, never by URL', async () => {
    const { url, read } = await component()
    for (const path of ['left-pad', 'react', 'secret', 'no/such/route']) await (await fetch(`${url}/${path}`)).text()
    // A request that was answered may be counted a moment later.
    await expect.poll(read).toMatch(/_count\{.*http_route="",http_response_status_code="404"/)
    const text = await read()
    const counted = (labels: string) => text.includes(`http_server_request_duration_seconds_count{${labels}}`)
    expect(text).toMatch(/_count\{http_request_method="GET",http_route="\/:name",http_response_status_code="200"\} 2\n/)
    expect(
      counted('http_request_method="GET",http_route="/:name",http_response_status_code="404",error_type="NotFound"'),
    ).toBe(true)
    expect(text).not.toMatch(/left-pad|secret|such/)
  })

  it('shows how the process is doing', async () => {
    const { read } = await component()
    const text = await read()
    expect(text).toMatch(/^process_memory_usage_bytes \d{7,}$/m)
    expect(text).toMatch(/^process_cpu_time_seconds_total\{cpu_mode="user"\} [\d.]+$/m)
    expect(text).toMatch(/^nodejs_eventloop_utilization_ratio [\d.e-]+$/m)
  })

  it('is a package like any other to whoever has no monitoring token', async () => {
    const { url } = await component()
    expect(await (await fetch(`${url}/metrics`)).json()).toEqual({ name: 'metrics' })
  })
})

describe('the time since something happened elsewhere', () => {
  const now = Date.parse('2026-11-22T12:00:10.000Z')
  it.each([
    ['2026-11-22T12:00:00.000Z', 10],
    ['2026-11-22T12:00:11.000Z', 0],
    ['soon', undefined],
  ])('%s', (time, seconds) => {
    expect(secondsSince(time, now)).toBe(seconds)
  })
})
