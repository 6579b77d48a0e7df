import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageKey, tagKey, versionKey } from '#common/names/index.ts'
import { deprecate, type PromotionRequest, putTag, retire } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { PromotionScene, source } from './promotion-scene.ts'

const { deprecation, record, retirement, tag, version } = app.npm.package

/** What becomes of a package after it is public. */
describe('what is said of a public package', () => {
  let scene: PromotionScene

  beforeAll(async () => {
    scene = await PromotionScene.opens()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const auto = '@acme.test/auto'
  const manual = '@acme.test/manual'
  let followed: PromotionRequest
  let left: PromotionRequest

  const isPublic = async (name: string, follow: 'auto' | 'manual') => {
    await scene.begins(`${name}@1.0.0`)
    const request = await scene.draft(`${name}@1.0.0`, 'alice', { follow })
    expect(await scene.asks(request)).toBe('done')
    expect(await scene.approves(request)).toBe('done')
    await scene.becomes(request, 'seen')
    return request
  }
  const says = async (procedure: string, input: object) => {
    expect(await scene.gateway.does(scene.person('alice'), procedure, input)).toBe('done')
    await scene.box.settles()
  }
  const inPublic = async (collection: string, rkey: string) =>
    (await scene.inPublic('org', scene.acme)).get(`${collection}/${rkey}`)
  const inside = async (collection: string, rkey: string) =>
    (await scene.box.parts.org.host.findRecord(scene.acme, collection, rkey))?.cid ?? 'nothing'
  const isTheSame = async (collection: string, rkey: string) =>
    scene.until(async () => expect(await inPublic(collection, rkey)).toBe(await inside(collection, rkey)))
  const saysWhyNot = async (request: PromotionRequest, problem: string) =>
    scene.until(async () => expect((await scene.listed(request)).problem).toContain(problem))

  it('follows where it shall, tags and later versions included', async () => {
    followed = await isPublic(auto, 'auto')
    left = await isPublic(manual, 'manual')
    await scene.publishes(`${auto}@1.1.0`)
    await isTheSame(version.$nsid, versionKey(auto, '1.1.0'))
    await says(deprecate.procedure, { name: auto, versions: ['1.0.0'], message: 'use 1.1.0' })
    await says(putTag.procedure, { name: auto, tag: 'stable', version: '1.1.0' })
    await isTheSame(deprecation.$nsid, versionKey(auto, '1.0.0'))
    await isTheSame(tag.$nsid, tagKey(auto, 'stable'))
    await isTheSame(tag.$nsid, tagKey(auto, 'latest'))
  })

  it('goes out by itself when it is a withdrawal, and else not where nothing follows', async () => {
    await scene.publishes(`${manual}@1.1.0`)
    await says(deprecate.procedure, { name: manual, versions: ['1.0.0'], message: 'do not use it' })
    await says(putTag.procedure, { name: manual, tag: 'stable', version: '1.0.0' })
    await says(retire.procedure, { name: manual, versions: ['1.0.0'], reason: 'it was wrong' })
    await isTheSame(retirement.$nsid, versionKey(manual, '1.0.0'))
    const keys = [...(await scene.inPublic('org', scene.acme)).keys()]
    for (const [collection, rkey] of [
      [deprecation, versionKey(manual, '1.0.0')],
      [tag, tagKey(manual, 'stable')],
      [version, versionKey(manual, '1.1.0')],
    ] as const) {
      expect(keys).not.toContain(`${collection.$nsid}/${rkey}`)
    }
    expect(await scene.listed(left)).toMatchObject({ state: 'seen' })
  })

  it('is read before it goes out: messages', async () => {
    const message = 'see https://wiki.corp.acme.test/why'
    await says(deprecate.procedure, { name: auto, versions: ['1.1.0'], message })
    await saysWhyNot(followed, 'internal-host')
    expect(await inPublic(deprecation.$nsid, versionKey(auto, '1.1.0'))).toBeUndefined()
    await says(deprecate.procedure, { name: auto, versions: ['1.1.0'], message: 'it is old' })
    await isTheSame(deprecation.$nsid, versionKey(auto, '1.1.0'))
  })

  it('is read before it goes out: reasons of withdrawals, where nothing else follows, too', async () => {
    const other = '@acme.test/manual-too'
    const request = await isPublic(other, 'manual')
    await says(retire.procedure, { name: other, versions: ['1.0.0'], reason: 'see https://ci.corp.acme.test/7' })
    await saysWhyNot(request, 'internal-host')
    expect(await inPublic(retirement.$nsid, versionKey(other, '1.0.0'))).toBeUndefined()
  })

  it.each([
    ['what it is', { description: 'made for wiki.corp.acme.test' }],
    ['where it is built', { source: { ...source, repository: 'https://git.corp.acme.test/ui' } }],
    ['who lets it build', { source: { ...source, issuer: 'https://gitlab.corp.acme.test' } }],
    ['what builds it', { source: { ...source, workflows: ['.ci/corp.acme.test/release.yaml'] } }],
    ['its licence', { license: 'SEE LICENSE ON wiki.corp.acme.test' }],
  ])('is read before it goes out: %s', async (_, changes) => {
    const before = await inPublic(record.$nsid, packageKey(auto))
    await scene.describes(auto, changes)
    await saysWhyNot(followed, 'internal-host')
    expect(await inPublic(record.$nsid, packageKey(auto))).toBe(before)
    await scene.describes(auto, { description: 'A package for everybody' })
    await isTheSame(record.$nsid, packageKey(auto))
  })

  it('is read before it goes out: later versions, and the tags that lead there', async () => {
    await scene.publishes(`${auto}@1.2.0`, { files: { 'notes.txt': 'see https://ci.corp.acme.test/7' } })
    await says(putTag.procedure, { name: auto, tag: 'secret-plan', version: '1.2.0' })
    await saysWhyNot(followed, 'internal-host')
    expect(await inPublic(version.$nsid, versionKey(auto, '1.2.0'))).toBeUndefined()
    expect(await inPublic(tag.$nsid, tagKey(auto, 'secret-plan'))).toBeUndefined()
    expect(await scene.attestedInPublic('alice')).not.toContain(await scene.cidOf(`${auto}@1.2.0`))
  })

  it('follows only whoever published it and agreed', async () => {
    await scene.publishes(`${auto}@1.3.0`, { by: 'bob' })
    await scene.until(async () => {
      const found = await scene.listed(followed)
      expect(found.problem).toBeDefined()
    })
    expect(await inPublic(version.$nsid, versionKey(auto, '1.3.0'))).toBeUndefined()
    await scene.agrees(followed, 'bob')
    await isTheSame(version.$nsid, versionKey(auto, '1.3.0'))
    expect(await scene.attestedInPublic('bob')).toContain(await scene.cidOf(`${auto}@1.3.0`))
  })

  it('follows no more once it is withdrawn, but for withdrawals', async () => {
    expect(await scene.withdraws(followed)).toBe('done')
    await scene.publishes(`${auto}@1.4.0`)
    await says(deprecate.procedure, { name: auto, versions: ['1.3.0'], message: 'withdrawn' })
    await says(retire.procedure, { name: auto, versions: ['1.0.0'], reason: 'it was wrong' })
    await isTheSame(retirement.$nsid, versionKey(auto, '1.0.0'))
    expect(await inPublic(version.$nsid, versionKey(auto, '1.4.0'))).toBeUndefined()
    expect(await inPublic(deprecation.$nsid, versionKey(auto, '1.3.0'))).toBeUndefined()
    expect(await scene.listed(followed)).toMatchObject({ state: 'withdrawn' })
  })

  it('is there with the first versions, or these wait for it', async () => {
    const name = '@acme.test/late'
    await scene.begins(`${name}@1.0.0`)
    const request = await scene.draft(`${name}@1.0.0`)
    expect(await scene.asks(request)).toBe('done')
    scene.doors.org.isOpen = false
    expect(await scene.approves(request)).toBe('done')
    await scene.says(request, 'edge PDS')
    await scene.describes(name, { description: 'made for wiki.corp.acme.test' })
    scene.doors.org.isOpen = true
    await saysWhyNot(request, 'internal-host')
    expect((await scene.listed(request)).state).toBe('attested')
    expect(await inPublic(record.$nsid, packageKey(name))).toBeUndefined()
    await scene.describes(name)
    scene.looks()
    await scene.becomes(request, 'seen')
    await isTheSame(record.$nsid, packageKey(name))
  })
})
