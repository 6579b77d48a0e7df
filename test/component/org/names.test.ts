import type { LexValue } from '@atproto/lex-data'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Identities } from '#common/identity/index.ts'
import { parseClaimableName, parsePackageName } from '#common/names/index.ts'
import { cidOfRecord, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { GrantedNames } from '#pds/org/names/index.ts'
import { openScene, type Scene } from './scene.ts'

const { claim, transfer, grant, change } = app.npm.name
const createdAt = '2026-01-01T00:00:00.000Z'

let scene: Scene
let acme: string
/** Somebody else’s organisation, as far as the registry says. */
let other: string
let count = 0
/** A name that nobody spoke of yet. */
let tool: string

beforeAll(async () => {
  scene = await openScene()
  acme = scene.acme
  other = scene.bob.did
})
afterAll(() => scene?.[Symbol.asyncDispose]())
beforeEach(() => {
  count += 1
  tool = `tool${count}`
})

const keyOf = (name: string) => parseClaimableName(name).key

/** Afresh: what is granted is remembered for a while. @param formerHandles what acme’s log says */
function has(name: string, { org = acme, formerHandles = [] as string[] } = {}): Promise<boolean> {
  const { host } = scene.org
  const { identities, peers } = scene.proofs
  const resolve: Identities['resolve'] = async (did, options) => {
    const account = await identities.resolve(did, options)
    return did === acme && account !== undefined ? { ...account, formerHandles } : account
  }
  const proofs = { peers, identities: { resolve, forget: (did: string) => identities.forget(did) } }
  const names = new GrantedNames({ registryDid: scene.net.network.registryDid, proofs, host })
  return names.has(org, parsePackageName(name))
}

/** The org PDS has this, approved or not: it is its own repository. @returns how others name it */
async function writes(collection: string, name: string, fields: Record<string, LexValue>) {
  const record = { $type: collection, name, createdAt, ...fields }
  const rkey = keyOf(name)
  await scene.org.host.write(acme, [{ action: 'put', collection, rkey, record }], { by: 'a test', procedure: 'none' })
  return { uri: recordUri(acme, collection, rkey), cid: cidOfRecord(record) }
}
const claims = (name: string, fields: Record<string, LexValue> = {}) => writes(claim.$nsid, name, fields)
const says = (collection: string, name: string, fields: Record<string, LexValue>) =>
  scene.registryWrites(collection, keyOf(name), { name, ...fields })
const grants = async (name: string, changes: Record<string, LexValue> = {}, claimed: Record<string, LexValue> = {}) =>
  says(grant.$nsid, name, { org: acme, claim: await claims(name, claimed), ...changes })

describe('a name is an organisation’s at the org PDS', () => {
  it('by its claim, and the registry’s grant of exactly that', async () => {
    expect(await has(tool)).toBe(false)
    await grants(tool)
    expect([await has(tool), await has(tool, { org: other })]).toEqual([true, false])
  })

  it('with its scope, but for what was granted by itself to others', async () => {
    await grants(`@s${count}/*`)
    await grants(`@s${count}/theirs`, { org: other })
    expect([await has(`@s${count}/ours`), await has(`@s${count}/theirs`)]).toEqual([true, false])
  })

  it.each<[string, Record<string, LexValue>, Record<string, LexValue>]>([
    ['by a grant that was withdrawn', { withdrawn: true }, {}],
    ['by a claim that was taken back', {}, { retired: true }],
  ])('not %s', async (_, granted, claimed) => {
    await grants(tool, granted, claimed)
    expect(await has(tool)).toBe(false)
  })

  it('not by a grant of another claim: of another name, or of before', async () => {
    await grants(tool, { claim: await claims(`${tool}-b`) })
    expect(await has(tool)).toBe(false)
    const { uri } = await claims(tool)
    await grants(tool, { claim: { uri, cid: (await claims(`${tool}-c`)).cid } })
    expect(await has(tool)).toBe(false)
    // The same record in another repository.
    const { cid } = await claims(tool)
    await grants(tool, { claim: { uri: recordUri(other, claim.$nsid, tool), cid } })
    expect(await has(tool)).toBe(false)
  })

  it('without a claim where it was its handle, which has a dot, and nowhere else', async () => {
    const scopes = [`old${count}.test`, `old${count}`]
    for (const name of [tool, ...scopes.map((scope) => `@${scope}/*`)]) await says(grant.$nsid, name, { org: acme })
    const hasEach = (formerHandles: string[]) =>
      Promise.all([tool, ...scopes.map((scope) => `@${scope}/x`)].map((name) => has(name, { formerHandles })))
    expect(await hasEach([])).toEqual([false, false, false])
    expect(await hasEach([tool, ...scopes])).toEqual([false, true, false])
  })

  it('not by what the registry says of another name in its place', async () => {
    await scene.registryWrites(grant.$nsid, tool, { name: `${tool}-b`, org: acme, claim: await claims(tool) })
    await expect(has(tool)).rejects.toMatchObject({ code: 'ProofFailed' })
  })
})

describe('a name that was handed over is the new one’s', () => {
  /** To itself, whose repository is the one at hand. */
  async function changes(handed: Record<string, LexValue> = {}, said: Record<string, LexValue> = {}): Promise<void> {
    const halves = { transfer: await writes(transfer.$nsid, tool, { to: acme, ...handed }), claim: await claims(tool) }
    await says(change.$nsid, tool, { from: acme, to: acme, ...halves, ...said })
  }

  it('by the other’s transfer, its claim, and the registry’s change', async () => {
    await changes()
    expect(await has(tool)).toBe(true)
  })

  it('not by a transfer to others, nor by one that was called off', async () => {
    await changes({ to: other })
    expect(await has(tool)).toBe(false)
    await changes({ retired: true })
    expect(await has(tool)).toBe(false)
  })

  it('not by a change that names another transfer', async () => {
    const elsewhere = await writes(transfer.$nsid, `${tool}-b`, { to: acme })
    await changes({}, { transfer: elsewhere })
    expect(await has(tool)).toBe(false)
    await changes({}, { transfer: { ...elsewhere, uri: recordUri(acme, transfer.$nsid, tool) } })
    expect(await has(tool)).toBe(false)
    const { cid } = await writes(transfer.$nsid, tool, { to: acme })
    await changes({}, { transfer: { ...elsewhere, cid } })
    expect(await has(tool)).toBe(false)
  })

  it('not without its claim', async () => {
    await changes({}, { claim: await claims(`${tool}-b`) })
    expect(await has(tool)).toBe(false)
  })
})
