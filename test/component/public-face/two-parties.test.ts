import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { FaceScene, waitMs } from './face-scene.ts'

const pair = '@duo.test/pair'

let scene: FaceScene
beforeAll(async () => {
  scene = await FaceScene.opens()
  await scene.network.createAccount('eve.duo.test', scene.network.people)
  await scene.network.createAccount('mole.duo.test')
  await scene.starts()
  await scene.shows(pair, ['1.0.0'])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const missing = async (path: string) => expect((await scene.get(path)).status, path).toBe(404)

async function tarballs(version: string, handle = 'duo.test', name = pair): Promise<string[]> {
  const { did } = scene.network.account(handle)
  const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  return [`/${did}/${name}/-/${file}`, `/${name}/-/${file}`]
}

it('shows nothing of who listed no publishers, and serves none of its bytes', async () => {
  await scene.showsStill('@lib.test/colors', [])
  for (const path of ['/@lib.test%2fcolors', '/@lib.test/colors/1.0.0', '/@lib.test/colors/latest']) await missing(path)
  for (const path of await tarballs('1.0.0', 'lib.test', '@lib.test/colors')) await missing(path)
  const { did } = scene.network.account('lib.test')
  // Nor to whoever has the gateway.
  const file = { name: '@lib.test/colors', file: 'colors-1.0.0.tgz', did }
  for (const { $nsid } of [app.npm.registry.getUpstreamTarball, app.npm.registry.getUpstreamVersion])
    expect((await scene.asksAppView($nsid, file)).status).toBe(404)
})

it('shows a version with the attestation of a listed publisher, at once, and not before', async () => {
  const published = await scene.network.publish('duo.test', pair, '1.1.0')
  await scene.showsStill(pair, ['1.0.0'])
  for (const path of [`/${pair}/1.1.0`, ...(await tarballs('1.1.0'))]) await missing(path)
  await scene.network.attest('ann.duo.test', published)
  await scene.shows(pair, ['1.0.0', '1.1.0'])
})

it('does not take the word of somebody who is not listed', async () => {
  const published = await scene.network.publish('duo.test', pair, '1.2.0')
  await scene.network.attest('eve.duo.test', published)
  await scene.showsStill(pair, ['1.0.0', '1.1.0'])
})

it('does not take the word of a publisher who is hosted where versions are written', async () => {
  const published = await scene.network.publish('duo.test', pair, '1.3.0')
  await scene.network.listPublishers('duo.test', ['ann.duo.test', 'mole.duo.test'])
  await scene.network.attest('mole.duo.test', published)
  await scene.showsStill(pair, ['1.0.0', '1.1.0'])
  await scene.network.attest('ann.duo.test', published)
  await scene.shows(pair, ['1.0.0', '1.1.0', '1.3.0'])
})

it('shows no package of an account that is hosted where attestations are written', async () => {
  const { network } = scene
  await network.listPublishers('eve.duo.test', ['ann.duo.test'])
  await network.attest('ann.duo.test', await network.publish('eve.duo.test', '@eve.duo.test/own', '1.0.0'))
  await vi.waitFor(async () => {
    const { did } = network.account('eve.duo.test')
    expect(await scene.sql('SELECT handle_verified FROM mirror_repo WHERE did = $1', [did])).toEqual([
      { handle_verified: true },
    ])
  }, waitMs)
  await scene.showsStill('@eve.duo.test/own', [])
  for (const path of ['/@eve.duo.test%2fown', ...(await tarballs('1.0.0', 'eve.duo.test', '@eve.duo.test/own'))])
    await missing(path)
  const named = await scene.asksAppView(app.npm.registry.resolveName.$nsid, { name: '@eve.duo.test/own' })
  expect(await named.json()).toMatchObject({ source: 'none' })
})

it('shows nothing new when the publishers are no longer listed, nor when a record was changed', async () => {
  const { network } = scene
  const { uri } = await network.listPublishers('duo.test', ['ann.duo.test'])
  await network.deleteRecord('duo.test', uri)
  await network.publish('duo.test', pair, '1.4.0')
  await scene.showsStill(pair, ['1.0.0', '1.1.0', '1.3.0'])
  await network.listPublishers('duo.test', ['ann.duo.test'])
  const { did } = network.account('duo.test')
  await network.changeRecord('duo.test', `at://${did}/${app.npm.package.version.$nsid}/duo.test:pair:1.3.0`, {
    fileCount: 99,
  })
  await scene.shows(pair, ['1.0.0', '1.1.0'])
  for (const path of await tarballs('1.3.0')) await missing(path)
})

it('has a withdrawn version gone, for good', async () => {
  const { network } = scene
  const [pinned = ''] = await tarballs('1.1.0')
  expect((await scene.get(pinned)).status).toBe(200)
  const { uri } = await network.retire('duo.test', pair, '1.1.0', 'leaks')
  await scene.shows(pair, ['1.0.0'])
  for (const path of [`/${pair}/1.1.0`, ...(await tarballs('1.1.0'))]) await missing(path)
  await network.deleteRecord('duo.test', uri)
  await scene.showsStill(pair, ['1.0.0'])
})

it('tells nobody but its own gateway', async () => {
  const { url } = scene.parts.appview.network.peers.appview
  const asked = `${url}/xrpc/${app.npm.registry.getPackument.$nsid}?name=${encodeURIComponent(pair)}&viewer=did:web:x.test&form=full`
  expect((await fetch(asked)).status).toBe(401)
  const auth = await scene.authAsGateway()
  const token = await auth.tokenFor('appview', app.npm.registry.getPackument.$nsid)
  const authorization = `Bearer ${token}`
  expect((await fetch(asked, { headers: { authorization } })).status).toBe(200)
  expect((await fetch(asked, { headers: { authorization } })).status).toBe(401)
})
