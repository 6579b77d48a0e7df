import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { Developer } from './developer.ts'
import { Scene } from './scene.ts'

const name = '@acme.test/compared'

let scene: Scene
let alice: Developer
let bob: Developer

beforeAll(async () => {
  scene = await Scene.open()
  alice = new Developer(scene, 'alice')
  bob = new Developer(scene, 'bob')
  await alice.signsIn()
  await bob.signsIn()
  const appliance = await scene.callAs('appliance')
  const input = { org: scene.acme as never, managers: [alice.did] as never }
  await appliance.call(app.npm.operation.registerOrg, { input })
  await alice.carriesOut(await alice.asksToPermit('everyone'))
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('the approval page', () => {
  it('says that a version is the first', async () => {
    const asked = await alice.asksToPublish(name, '1.0.0', {
      manifest: { dependencies: { gone: '^1.0.0' }, scripts: { test: 'x' }, bin: 'x.js' },
    })
    expect((await alice.opens(asked.authUrl)).text).toContain('this is the first version')
    expect(await alice.carriesOut(asked)).toMatchObject({ cid: asked.record.cid })
  })

  it('shows what changed since the latest version, and who published that', async () => {
    const asked = await bob.asksToPublish(name, '1.1.0', {
      manifest: {
        dependencies: { 'left-pad': '^1.3.0' },
        scripts: { postinstall: 'node x' },
        bin: 'x.js',
        license: 'ISC',
      },
    })
    const page = await bob.opens(asked.authUrl)
    for (const words of [
      'What changed since 1.0.0',
      'last published by alice.people.test, now by you',
      'runs on installers’ machines: postinstall',
      'was MIT, now ISC',
      'gone removed ^1.0.0 none',
      'left-pad added none ^1.3.0',
      'postinstall added (runs on installers’ machines) none node x',
      'test removed x none',
    ]) {
      expect(page.text).toContain(words)
    }
    expect(page.forms[0]?.buttons).toEqual(['Approve'])
    await bob.carriesOut(asked)
  })

  it('says that a tag moves to an older version, and that the publisher is the same', async () => {
    const asked = await bob.asksToPublish(name, '1.0.1')
    const { text } = await bob.opens(asked.authUrl)
    expect(text).toContain('The tag latest moves to an older version: it names 1.1.0 now')
    expect(text).toContain('you, as before')
  })

  it('says nothing of the kind for a tag that does not move back', async () => {
    const asked = await bob.asksToPublish(name, '1.0.2', { tag: 'legacy' })
    const { text } = await bob.opens(asked.authUrl)
    expect(text).toContain('What changed since 1.1.0')
    expect(text).not.toContain('older version')
  })

  it('says that there is none to compare with while none is latest', async () => {
    await bob.carriesOut(await bob.asksToPublish('@acme.test/beta', '1.0.0-beta.1', { tag: 'next' }))
    const asked = await bob.asksToPublish('@acme.test/beta', '1.0.0')
    expect((await bob.opens(asked.authUrl)).text).toContain('none is tagged latest')
  })

  it('works without the org PDS, and says what is missing', async () => {
    const asked = await bob.asksToPublish(name, '1.2.0')
    await scene.stopOrg()
    const page = await bob.opens(asked.authUrl)
    expect(page.text).toContain('The comparison is not available')
    await bob.approves(asked)
    expect((await bob.polls(asked)).status).toBe(200)
    await scene.startOrg()
  })

  it('knows the publisher of a version whose witness was written before a crash', async () => {
    const asked = await alice.asksToPublish(name, '2.0.0')
    await alice.approves(asked)
    const cid = asked.record.cid
    await scene.changePeopleTables('DELETE FROM witness WHERE record = $1', [cid])
    await scene.changePeopleTables("UPDATE approval SET state = 'open', code_hash = NULL WHERE op = $1", [
      Buffer.from(asked.op).toString('base64url'),
    ])
    await alice.carriesOut(asked)
    const next = await bob.asksToPublish(name, '2.1.0')
    expect((await bob.opens(next.authUrl)).text).toContain('last published by alice.people.test, now by you')
  })
})
