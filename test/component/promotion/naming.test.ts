import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approveStaged, findPeople, openAdmin, setPersonStatus } from '#appliance/admin/index.ts'
import { versionKey } from '#common/names/index.ts'
import type { PromotionRequest } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { parseSpec } from '#test/support/box-person.ts'
import { packVersion } from '#test/support/developer.ts'
import { openSource } from './open-source.ts'
import { type PersonName, PromotionScene } from './promotion-scene.ts'

/** Who is named in public, and that nobody is who did not agree. */
describe('in public stands behind a version', () => {
  let scene: PromotionScene

  beforeAll(async () => {
    scene = await PromotionScene.opens()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const approved = async (request: PromotionRequest, changes = {}) => {
    expect(await scene.approves(request, 'carol', changes)).toBe('done')
  }
  const asked = async (spec: string, by: PersonName = 'alice') => {
    const request = await scene.draft(spec, by)
    expect(await scene.asks(request, by)).toBe('done')
    return request
  }

  /** Waits until it is public, and looks who attests it there. */
  async function isNamed(who: PersonName, request: PromotionRequest): Promise<void> {
    const { attesters } = await scene.becomes(request, 'seen')
    expect(attesters).toEqual([scene.person(who).did])
    const [{ cid } = { cid: '' }] = request.versions
    for (const each of ['alice', 'bob', 'carol', 'dan'] as const) {
      const theirs = await scene.attestedInPublic(each)
      if (each === who) expect(theirs).toContain(cid)
      else expect(theirs, each).not.toContain(cid)
    }
  }

  it('who published it, when they asked', async () => {
    await scene.begins('@acme.test/own@1.0.0')
    const request = await asked('@acme.test/own@1.0.0')
    await approved(request)
    await isNamed('alice', request)
  })

  it('who approved, when who published it did not agree', async () => {
    await scene.begins('@acme.test/foreign@1.0.0', { by: 'bob' })
    const request = await asked('@acme.test/foreign@1.0.0')
    await approved(request)
    await isNamed('carol', request)
  })

  it('who published it, when they agreed', async () => {
    await scene.begins('@acme.test/agreed@1.0.0', { by: 'bob' })
    const request = await asked('@acme.test/agreed@1.0.0')
    await scene.agrees(request, 'bob')
    await approved(request)
    await isNamed('bob', request)
  })

  it('nobody, when who approved does not either; and it waits', async () => {
    await scene.begins('@acme.test/unnamed@1.0.0', { by: 'bob' })
    const request = await asked('@acme.test/unnamed@1.0.0')
    await approved(request, { attest: [] })
    await scene.says(request, 'has not agreed to be named')
    expect((await scene.listed(request)).state).toBe('identified')
    const key = `${app.npm.package.version.$nsid}/${versionKey('@acme.test/unnamed', '1.0.0')}`
    expect([...(await scene.inPublic('org', scene.acme)).keys()]).not.toContain(key)
    await scene.agrees(request, 'bob')
    scene.looks()
    await isNamed('bob', request)
  })

  it('who staged it as well, who has to agree for that', async () => {
    const spec = '@acme.test/staged@1.0.0'
    await stages('bob', 'alice', spec)
    const [hidden, named] = [await asked(spec), await asked(spec)]
    await approved(hidden)
    await isNamed('carol', hidden)
    await scene.agrees(named, 'bob')
    await approved(named, { attest: [] })
    expect((await scene.becomes(named, 'seen')).attesters).toEqual([scene.person('alice').did])
  })

  it('nobody who has left, though they agreed', async () => {
    await scene.begins('@acme.test/left@1.0.0', { by: 'bob' })
    const request = await asked('@acme.test/left@1.0.0')
    await scene.agrees(request, 'bob')
    const admin = await openAdmin(scene.box.parts.settings)
    const [bob] = await findPeople(admin, ['bob'])
    await setPersonStatus(admin, bob ?? expect.fail('no bob'), { disabled: true, reason: 'a test' })
    await approved(request)
    await isNamed('carol', request)
  })

  /** `npm stage publish`, and somebody else's approval. */
  async function stages(by: PersonName, approver: PersonName, spec: string): Promise<void> {
    const { name, version } = parseSpec(spec)
    const rule = {
      effect: 'allow',
      subject: scene.person(approver).did,
      action: 'approve',
      packages: name,
    } as const
    await scene.person('dan').permits(scene.acme, rule)
    const [stager, other] = [await scene.person(by).atWork(), await scene.person(approver).atWork()]
    const { body } = await packVersion(openSource(name, version))
    const answer = await fetch(`${stager.gateway}/-/stage/package/${name.replace('/', '%2f')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stager.token}`, 'content-type': 'application/json' },
      body,
    })
    const { stageId } = (await answer.json()) as { stageId: string }
    const personal = { url: other.gateway, token: other.token }
    await approveStaged(personal, [stageId], (pages) => Promise.all(pages.map((page) => other.approve(page))))
    await scene.box.settles()
    await scene.describes(name)
  }
})
