import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { readSettings } from '#appliance/config/index.ts'
import type { Finding } from '#appliance/doctor/index.ts'
import { configFile } from '#appliance/init/index.ts'
import type { Stage } from '#appliance/watch/index.ts'
import { appviewConfigSchema } from '#appview/config.ts'
import { writerLock } from '#appview/ingest/write-alone.ts'
import { loadComponentConfig } from '#common/config/index.ts'
import { Developer } from '#test/support/developer.ts'
import type { SupervisedBox } from '#test/support/supervised-box.ts'

interface WatchedBox {
  box: SupervisedBox
}

const watchedComponents = ['directory', 'org', 'people', 'relay', 'appview', 'gateway'] as const

/** What the box says of itself to whoever watches it; run when the box has something to tell. */
export function describeWatching(scene: () => WatchedBox): void {
  async function ask(component: (typeof watchedComponents)[number], path: string): Promise<Response> {
    const { box } = scene()
    const { ports } = await readSettings({ cwd: box.folder, env: box.env })
    const token = await readFile(join(box.dataDir, 'run', 'monitoring-token'), 'utf8')
    return fetch(`http://127.0.0.1:${ports[component]}${path}`, { headers: { authorization: `Bearer ${token}` } })
  }

  describe('whoever has the monitoring token', () => {
    it('is told by each component that it is ready', async () => {
      const reports = await Promise.all(watchedComponents.map(async (name) => (await ask(name, '/readyz')).json()))
      expect(reports).toEqual(watchedComponents.map((component) => expect.objectContaining({ component, ready: true })))
    })

    it('reads metrics of each component, all of which docs/metrics.md explains', async () => {
      const texts = await Promise.all(watchedComponents.map(async (name) => (await ask(name, '/metrics')).text()))
      const documented = await readDocumented()
      for (const { name, kind, labels } of texts.flatMap(parseMetrics)) {
        expect(documented.get(name), name).toMatchObject({ kind })
        expect(documented.get(name)?.labels).toEqual(expect.arrayContaining(labels))
      }
    })

    it('sees there what happened', async () => {
      const [, , people = '', relay = '', appview = '', gateway = ''] = await Promise.all(
        watchedComponents.map(async (name) => (await ask(name, '/metrics')).text()),
      )
      expect(people).toMatch(/^atoll_approvals_total\{outcome="approved"\} [1-9]/m)
      expect(relay).toMatch(/^atoll_relay_events_total\{host="[^"]+",kind="commit"\} [1-9]/m)
      expect(appview).toMatch(/^atoll_appview_event_delay_seconds_count [1-9]/m)
      expect(appview).toMatch(/^atoll_appview_repositories\{state="synchronised"\} [1-9]/m)
      expect(gateway).toMatch(/^atoll_gateway_token_lookups_total\{outcome="known"\} [1-9]/m)
      expect(gateway).toMatch(/http_response_status_code="403",error_type="[A-Z]\w+"/)
    })
  })

  describe('atoll status', () => {
    it('shows how far a stage is behind, and that it recovered', async () => {
      const { box } = scene()
      await using writing = await holdIndex(box.dataDir)
      // Her account and its repository are events.
      await Developer.signIn(box.gateway, 'carol')
      const behind = () => stageOf(box, 'relay → appview').then((stage) => stage?.events)
      await expect.poll(behind, { timeout: 30_000 }).toBeGreaterThan(0)
      await writing[Symbol.asyncDispose]()
      await expect
        .poll(() => stageOf(box, 'relay → appview'), { timeout: 30_000 })
        .toMatchObject({
          state: 'ok',
          events: 0,
        })
    })
  })

  describe('atoll doctor', () => {
    it('has looked at everything, and finds nothing that does not work', async () => {
      const { exitCode, findings } = await findingsOf(scene().box)
      expect(findings.filter(({ level }) => level === 'fail')).toEqual([])
      expect(exitCode).toBe(0)
      const looked = findings.map(({ check }) => check)
      const wanted = ['postgres', 'clock', 'identities', 'index', 'sign-in', 'public-urls', 'managers', 'tokens']
      expect(looked).toEqual(expect.arrayContaining(wanted))
    })

    it('finds what was planted, and says what to do', async () => {
      const { box } = scene()
      const secret = join(box.dataDir, 'secrets', 'org.json')
      await chmod(secret, 0o644)
      const shown = await box.atoll(['doctor'])
      await chmod(secret, 0o600)
      expect(shown.exitCode).toBe(1)
      expect(shown.stdout).toContain(`✗ folder       ${secret} holds secrets`)
      expect(shown.stdout).toContain(`→ chmod 600 ${secret}`)
    })
  })
}

async function findingsOf(box: SupervisedBox): Promise<{ exitCode: number | null; findings: Finding[] }> {
  const { exitCode, stdout } = await box.atoll(['doctor', '--json'])
  return { exitCode, findings: JSON.parse(stdout) as Finding[] }
}

async function stageOf(box: SupervisedBox, wanted: string): Promise<Stage | undefined> {
  const { stages } = JSON.parse((await box.atoll(['status', '--json'])).stdout) as { stages: Stage[] }
  return stages.find(({ stage }) => stage === wanted)
}

/** While this is held, nobody writes to the index: events wait. */
async function holdIndex(dataDir: string): Promise<AsyncDisposable> {
  const { database } = await loadComponentConfig(configFile(dataDir, 'appview'), appviewConfigSchema)
  const options = `-c search_path=${database.schema}`
  const client = new pg.Client({ connectionString: database.url, options })
  await client.connect()
  await client.query('SELECT pg_advisory_lock($1, hashtext(current_schema()))', [writerLock])
  let ended: Promise<void> | undefined
  return {
    async [Symbol.asyncDispose]() {
      ended ??= client.end()
      await ended
    },
  }
}

/** What docs/metrics.md says there is. */
async function readDocumented(): Promise<Map<string, ShownMetric>> {
  const page = await readFile(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8')
  const rows = page.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*) \|/gm)
  return new Map(
    [...rows].map(([, name = '', kind = '', labels = '']) => [
      name,
      { name, kind, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) },
    ]),
  )
}

interface ShownMetric {
  name: string
  kind: string
  labels: string[]
}

function parseMetrics(text: string): ShownMetric[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => {
    const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes('{'))
    const labels = lines.flatMap((line) => [...line.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label))
    return { name, kind, labels: [...new Set(labels)].filter((label) => label !== 'le') }
  })
}
