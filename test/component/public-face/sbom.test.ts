import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { FaceScene, waitMs } from './face-scene.ts'

const pair = '@duo.test/pair'

let scene: FaceScene
beforeAll(async () => {
  scene = await FaceScene.opens()
  await scene.starts()
  await scene.shows(pair, ['1.0.0'])
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function sbomUrl(): Promise<string> {
  const { versions } = (await (await scene.get(`/${pair}`)).json()) as {
    versions: Record<string, { dist: { sbom?: { url: string } } }>
  }
  return versions['1.0.0']?.dist.sbom?.url ?? ''
}

it('hands out what a version is made of, and says in its packument where', async () => {
  const { did } = scene.network.account('duo.test')
  const answer = await fetch(await sbomUrl())
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^application\/vnd\.cyclonedx\+json; version="1\.6"/)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=60')
  const manifest = (await (await scene.get(`/${pair}/1.0.0`)).json()) as {
    dist: { integrity: string; atproto: { uri: string; cid: string } }
  }
  const { uri, cid } = manifest.dist.atproto
  const sha512 = Buffer.from(manifest.dist.integrity.slice('sha512-'.length), 'base64').toString('hex')
  const bytes = await fetch(`${scene.url}/${did}/${pair}/-/pair-1.0.0.tgz`)
  expect(bytes.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      component: {
        ...{ group: '@duo.test', name: 'pair', version: '1.0.0', purl: 'pkg:npm/%40duo.test/pair@1.0.0' },
        publisher: 'duo.test',
        hashes: [{ alg: 'SHA-512', content: sha512 }],
        externalReferences: expect.arrayContaining([expect.objectContaining({ type: 'distribution', url: bytes.url })]),
        properties: expect.arrayContaining([
          { name: 'atproto:cid', value: cid },
          { name: 'atproto:uri', value: uri },
        ]),
      },
    },
  })
})

it('answers in every spelling of the name, and with the same bytes each time', async () => {
  const said = await (await fetch(await sbomUrl())).text()
  for (const spec of [`${pair}@1.0.0`, '@duo.test%2Fpair@1.0.0', '%40duo.test%2fpair@1.0.0'])
    expect(await (await scene.get(`/-/sbom/${spec}`)).text(), spec).toBe(said)
  const head = await scene.get(`/-/sbom/${pair}@1.0.0`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

it('is missing for what is not shown, and refuses what is no version', async () => {
  // There, and attested by nobody.
  await scene.network.publish('duo.test', pair, '6.6.6')
  await scene.isSettled()
  for (const spec of [
    `${pair}@6.6.6`,
    `${pair}@9.9.9`,
    '@lib.test/colors@1.0.0',
    '@duo.test/other@1.0.0',
    'left-pad@1.0.0',
  ])
    expect((await scene.get(`/-/sbom/${spec}`)).status, spec).toBe(404)
  for (const spec of ['', pair, 'pair', `${pair}@`, `${pair}@latest`, '@1.0.0', '..%2f..@1.0.0'])
    expect((await scene.get(`/-/sbom/${spec}`)).status, spec).toBe(400)
})

it('is not made where that would take all day', async () => {
  const dependencies = Object.fromEntries(Array.from({ length: 2_001 }, (_, number) => [`package-${number}`, '*']))
  const files = { 'package.json': JSON.stringify({ name: pair, version: '1.5.0', dependencies }) }
  await scene.network.attest('ann.duo.test', await scene.network.publish('duo.test', pair, '1.5.0', { files }))
  await vi.waitFor(async () => expect(await scene.versions(pair)).toContain('1.5.0'), waitMs)
  expect((await scene.get(`/-/sbom/${pair}@1.5.0`)).status).toBe(404)
})

it('says what is declared by now', async () => {
  const { network } = scene
  const sources = async () => {
    const { metadata } = (await (await fetch(await sbomUrl())).json()) as {
      metadata: { component: { externalReferences: { type: string; url: string }[] } }
    }
    return metadata.component.externalReferences.filter(({ type }) => type === 'vcs').map(({ url }) => url)
  }
  expect(await sources()).toEqual([])
  const repository = 'https://github.com/duo/pair'
  const source = { issuer: 'https://ci.test', repository, repositoryId: '1', ownerId: '2' }
  const about = `at://${network.account('duo.test').did}/${app.npm.package.record.$nsid}/duo.test:pair`
  await network.changeRecord('duo.test', about, { source })
  await vi.waitFor(async () => expect(await sources()).toEqual([repository]), waitMs)
})

it('is gone when the version is', async () => {
  await scene.network.attest('ann.duo.test', await scene.network.publish('duo.test', pair, '2.0.0'))
  await vi.waitFor(async () => expect((await scene.get(`/-/sbom/${pair}@2.0.0`)).status).toBe(200), waitMs)
  await scene.network.retire('duo.test', pair, '2.0.0')
  await vi.waitFor(async () => expect((await scene.get(`/-/sbom/${pair}@2.0.0`)).status).toBe(404), waitMs)
})

it('is told to the public gateway and to nobody else', async () => {
  const { nsid } = app.npm.registry.getSbom.main
  const params = { name: pair, version: '1.0.0' }
  expect((await scene.asksAppView(nsid, params)).status).toBe(200)
  const { network } = scene.parts.gateway
  const query = new URLSearchParams(params)
  expect((await fetch(`${network.peers.appview.url}/xrpc/${nsid}?${query}`)).status).toBe(401)
})
