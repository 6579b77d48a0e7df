import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { collectCode } from '#appliance/admin/index.ts'
import { createDemoPerson, type DemoPerson } from '#appliance/demo/person.ts'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { publishBody, putPackage } from '#test/support/publish-request.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'
import { treePssBytes } from './memory.ts'
import type { Measurement } from './results.ts'
import { percentile } from './summary.ts'

interface Author {
  gateway: string
  token: string
  person: DemoPerson
}

// After a start, caches fill and V8 compiles for some seconds.
const settleMs = 15_000

/**
 * How long a person waits after approving: from the last byte of the retried PUT until the version is installable, and
 * what the whole box weighs when nobody uses it.
 */
export async function measurePath({ publishes }: { publishes: number }): Promise<Measurement[]> {
  await using box = await startSupervisedBox()
  await pause(settleMs)
  const idle = await treePssBytes(box.pid)
  const author = await signIn(box.gateway)
  const acknowledged: number[] = []
  const installable: number[] = []
  for (let patch = 0; patch < publishes; patch += 1) {
    const times = await publish(author, '@acme.test/bench', `1.0.${patch}`)
    acknowledged.push(times.acknowledgedMs)
    installable.push(times.installableMs)
  }
  const of = (what: string, metric: string, unit: string, value: number): Measurement => ({
    bench: 'path',
    case: what,
    metric,
    unit,
    value: Math.round(value * 10) / 10,
    peers: {},
    ratios: {},
  })
  return [
    of('publish to acknowledged', 'p50', 'ms', percentile(acknowledged, 0.5)),
    of('publish to acknowledged', 'p99', 'ms', percentile(acknowledged, 0.99)),
    of('publish to installable', 'p50', 'ms', percentile(installable, 0.5)),
    of('publish to installable', 'p99', 'ms', percentile(installable, 0.99)),
    of('idle box', 'PSS', 'MiB', idle.total / 2 ** 20),
    ...Object.entries(idle.byCommand).map(([command, bytes]) => of(`idle ${command}`, 'PSS', 'MiB', bytes / 2 ** 20)),
  ]
}

async function signIn(gateway: string): Promise<Author> {
  const person = createDemoPerson('alice')
  const response = await fetch(`${gateway}/-/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { loginUrl, doneUrl } = (await response.json()) as { loginUrl: string; doneUrl: string }
  await person.confirmSignIn(loginUrl)
  return { gateway, person, token: await collectCode(doneUrl) }
}

async function publish({ gateway, token, person }: Author, name: string, version: string) {
  const body = publishBody(name, version, await pack(await packageFolder({ name, version })))
  const asked = await putPackage(gateway, token, name, body)
  if (asked.body.authUrl === undefined || asked.body.doneUrl === undefined) throw new Error(JSON.stringify(asked.body))
  await person.approve(asked.body.authUrl)
  const otp = await collectCode(asked.body.doneUrl)
  const sentAt = await retryWithCode(gateway, token, name, JSON.stringify(body), otp)
  const acknowledgedMs = performance.now() - sentAt
  const packument = await fetch(`${gateway}/${name.replace('/', '%2f')}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { versions } = (await packument.json()) as { versions: Record<string, unknown> }
  if (versions[version] === undefined) throw new Error(`${version} was acknowledged but is not in the packument`)
  return { acknowledgedMs, installableMs: performance.now() - sentAt }
}

/** @returns when the last byte of the request was handed to the system */
async function retryWithCode(gateway: string, token: string, name: string, body: string, otp: string): Promise<number> {
  const sending = request(`${gateway}/${name.replace('/', '%2f')}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'npm-otp': otp,
    },
  })
  const answered = once(sending, 'response')
  sending.end(body)
  await once(sending, 'finish')
  const sentAt = performance.now()
  const [response] = await answered
  const answer = await text(response)
  if (response.statusCode !== 201) throw new Error(`publish answered ${response.statusCode}: ${answer}`)
  return sentAt
}
