import { decodeAll } from '@atproto/lex-cbor'
import type { AtUriString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { checkPermission } from '#appview/labeler/operation/check-permission.ts'
import type { LabelingContext } from '#appview/labeler/operation/context.ts'
import { Enforcers } from '#appview/rights/enforcers.ts'
import type { AtollError } from '#common/errors/index.ts'
import { isSignedBy, labelFromWire } from '#common/labels/index.ts'
import { putLabels } from '#common/operations/index.ts'
import { app, com } from '#lexicons'
import { AppViewScene } from './appview-scene.ts'
import { permits } from './deeds.ts'
import { LabelDesk } from './label-desk.ts'

const { queryLabels, subscribeLabels } = com.atproto.label

let scene: AppViewScene
let desk: LabelDesk
let key: string

beforeAll(async () => {
  scene = await AppViewScene.opens()
  await scene.starts()
  desk = await LabelDesk.opens(scene.parts.config)
  const did = (await (await fetch(`${urlOf()}/.well-known/did.json`)).json()) as {
    id: string
    verificationMethod: { id: string; publicKeyMultibase: string }[]
  }
  expect(did.id).toBe(desk.labeler.did)
  expect(did.verificationMethod[0]?.id).toBe(`${did.id}#atproto_label`)
  key = `did:key:${did.verificationMethod[0]?.publicKeyMultibase}`
  await desk.does({ subject: 'pkg:npm/left-pad', versions: ['1.0.0', '1.1.0'], val: 'advisory' })
  await desk.does({ subject: 'pkg:npm/left-pad', versions: ['1.0.0'], val: 'advisory', neg: true })
  await desk.does({ subject: 'pkg:npm/left', val: 'deprecated' })
  await desk.does({ subject: 'pkg:npm/right', val: 'audited' })
})
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

it('labels nothing by the rights of an organisation that the registry names no longer', async () => {
  const { acme, alice, gateway, registrar } = scene.parts
  const rule = permits(acme, 'alice-labels', { subject: alice.did, action: 'label' })
  await scene.tells(alice, [rule.approval()])
  await scene.tells(acme, [rule.write])
  const params = { uri: rule.uri as AtUriString, cid: rule.cid, timeoutMs: 5_000 }
  expect(await gateway.call(app.npm.registry.awaitRecord, { params })).toMatchObject({ effective: true })
  const checks = async () => {
    const enforcers = new Enforcers(desk.db, scene.clock)
    const appview = { db: desk.db, enforcers, isBackfilled: async () => true }
    const asked = { operation: { org: acme.did }, kind: putLabels, input: { subject: 'pkg:npm/left-pad' } }
    const context = { ...asked, appview, caller: { did: alice.did } } as unknown as LabelingContext
    return checkPermission(context).then(
      () => 'allowed',
      ({ code }: AtollError) => code,
    )
  }
  expect(await checks()).toBe('allowed')
  await scene.tells(registrar, [{ action: 'delete', path: `${app.npm.registry.org.$nsid}/${acme.did}` }])
  await expect.poll(checks).toBe('Forbidden')
})

const urlOf = () => scene.parts.net.network.peers.appview.url
const brief = ({ uri, val, neg }: { uri: string; val: string; neg?: boolean | undefined }) =>
  `${neg === true ? '-' : ''}${val} ${uri.slice('pkg:npm/'.length)}`

describe('what the labeler says now', () => {
  const asks = async ({
    limit = 50,
    ...rest
  }: Omit<com.atproto.label.queryLabels.$Params, 'limit'> & { limit?: number }) =>
    scene.parts.gateway.call(queryLabels, { params: { limit, ...rest } })

  it('is the newest of each subject and value, signed by the key of its document', async () => {
    const { labels } = await asks({ uriPatterns: ['pkg:npm/left*'] })
    expect(labels.map(brief)).toEqual(['advisory left-pad@1.1.0', '-advisory left-pad@1.0.0', 'deprecated left'])
    for (const label of labels) {
      const read = labelFromWire(label)
      expect(read !== undefined && isSignedBy(read, key)).toBe(true)
    }
  })

  it('comes for exact subjects, in pages, and of this labeler alone', async () => {
    expect((await asks({ uriPatterns: ['pkg:npm/left'] })).labels.map(brief)).toEqual(['deprecated left'])
    const first = await asks({ uriPatterns: ['*'], limit: 3 })
    const { cursor = '' } = first
    const second = await asks({ uriPatterns: ['*'], limit: 3, cursor })
    expect([...first.labels, ...second.labels]).toHaveLength(4)
    expect(second.cursor).toBeUndefined()
    expect(await asks({ uriPatterns: ['*'], sources: ['did:web:other.test'] })).toEqual({ labels: [] })
    await expect(asks({ uriPatterns: ['pkg:*/left'] })).rejects.toMatchObject({ code: 'InvalidRequest' })
    await expect(asks({ uriPatterns: ['*'], cursor: 'x' })).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  it('is not for everybody', async () => {
    const answer = await fetch(`${urlOf()}/xrpc/${queryLabels.$nsid}?uriPatterns=*`)
    expect(answer.status).toBe(401)
    await expect(
      (await scene.callsAs('relay')).call(queryLabels, { params: { uriPatterns: ['*'], limit: 50 } }),
    ).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
  })
})

describe('its stream', () => {
  it('is read from the beginning, and goes on', async () => {
    await using reader = await Reader.opens(0)
    await expect.poll(() => reader.labels.length).toBe(5)
    expect(reader.labels.slice(0, 3)).toEqual([
      'advisory left-pad@1.0.0',
      'advisory left-pad@1.1.0',
      '-advisory left-pad@1.0.0',
    ])
    await desk.does({ subject: 'pkg:npm/right', val: 'recommended' })
    await expect.poll(() => reader.labels.at(-1)).toBe('recommended right')
    expect(reader.seqs).toEqual(reader.seqs.toSorted((a, b) => a - b))
  })

  it('is read from a cursor, and from now on', async () => {
    await using late = await Reader.opens()
    await using reader = await Reader.opens(4)
    await expect.poll(() => reader.labels.slice(0, 1)).toEqual(['audited right'])
    await desk.does({ subject: 'pkg:npm/late', val: 'audited' })
    await expect.poll(() => late.labels).toEqual(['audited late'])
  })

  it('refuses a cursor that is not of it', async () => {
    await using reader = await Reader.opens(1_000_000)
    await expect.poll(() => reader.error).toBe('FutureCursor')
  })
})

class Reader implements AsyncDisposable {
  readonly labels: string[] = []
  readonly seqs: number[] = []
  error: string | undefined
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#read(data))
    socket.on('error', () => {})
  }

  static async opens(cursor?: number): Promise<Reader> {
    const auth = await scene.parts.net.authAs('gateway')
    const authorization = `Bearer ${await auth.tokenFor('appview', subscribeLabels.$nsid)}`
    const search = cursor === undefined ? '' : `?cursor=${cursor}`
    const url = `${urlOf().replace(/^http/, 'ws')}/xrpc/${subscribeLabels.$nsid}${search}`
    const socket = new WebSocket(url, { headers: { authorization } })
    const reader = new Reader(socket)
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return reader
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate()
  }

  #read(data: Buffer): void {
    const [head, body] = [...decodeAll(data)] as [{ op: number; t?: string }, Record<string, unknown>]
    if (head.op === -1) this.error = String(body['error'])
    if (head.t !== '#labels') return
    this.seqs.push(Number(body['seq']))
    for (const value of body['labels'] as unknown[]) {
      const label = labelFromWire(value)
      if (label === undefined || !isSignedBy(label, key)) throw new Error('a label is not signed')
      this.labels.push(brief(label))
    }
  }
}
