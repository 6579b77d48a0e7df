import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { atproto } from '#lexicons'
import { releaseOnGithub, SigstoreInstance } from '#test/support/sigstore/index.ts'
import { bundledBody, withBundle } from './bundled-body.ts'
import { GatewayScene } from './gateway-scene.ts'
import { bodyOf, type Person } from './person.ts'
import { versionRecord } from './version-record.ts'

let sigstore: SigstoreInstance
let scene: GatewayScene
let alice: Person

beforeAll(async () => {
  sigstore = await SigstoreInstance.start()
  scene = await GatewayScene.opens({}, { provenance: { trustRoots: [sigstore.trustedRoot] } })
  alice = scene.alice
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await sigstore[Symbol.asyncDispose]()
})

const build = releaseOnGithub
const parked = () => readdir(join(scene.parts.gateway.dataDir, 'parked'))

describe('npm publish --provenance', () => {
  const hello = { name: '@acme.test/hello', version: '1.0.0' }

  it('shows where it was built, and puts the bundle into the version', async () => {
    const body = await bundledBody(hello, { sigstore, build })
    const asked = await alice.puts(hello.name, body)
    expect(asked.status).toBe(401)
    const page = await alice.browser.reads(asked.body.authUrl ?? '')
    for (const said of [build.repository, build.commit, build.ref, build.workflow, '4711']) expect(page).toContain(said)
    expect(await alice.puts(hello.name, body, await alice.approves(asked))).toMatchObject({ status: 201 })
    const { provenance } = await versionRecord(scene, hello.name, hello.version)
    if (provenance === undefined || !('ref' in provenance)) throw new Error('the record has no provenance')
    const org = await scene.calls('org', 'gateway')
    const blob = await org.fetch(atproto.getBlob, { did: scene.acme, cid: provenance.ref.toString() })
    const attached = body['_attachments'] as Record<string, { data: string }>
    expect(await blob.text()).toBe(attached[`${hello.name}-1.0.0.sigstore`]?.data)
    expect(await parked()).toEqual([])
  })

  it('is shown to npm as its own registry shows it, and to nobody who may not read the package', async () => {
    const path = '/-/npm/v1/attestations/@acme.test%2fhello@1.0.0'
    await vi.waitFor(async () => expect((await alice.asks(path)).status).toBe(200), { timeout: 15_000, interval: 100 })
    const { attestations } = (await (await alice.asks(path)).json()) as { attestations: object[] }
    expect(attestations).toMatchObject([
      { predicateType: 'https://slsa.dev/provenance/v1', bundle: { dsseEnvelope: { payload: expect.any(String) } } },
    ])
    const packument = (await (await alice.asks('/@acme.test%2fhello')).json()) as {
      versions: Record<string, { dist: { attestations: { url: string }; signatures: { keyid: string }[] } }>
    }
    const { dist } = packument.versions['1.0.0'] ?? {}
    expect(dist?.attestations.url).toBe(`${scene.url}/-/npm/v1/attestations/@acme.test/hello@1.0.0`)
    expect((await scene.bob.asks(path)).status).toBe(404)
    expect((await alice.asks('/-/npm/v1/attestations/@acme.test%2fhello@9.9.9')).status).toBe(404)
    expect((await alice.asks('/-/npm/v1/attestations/@acme.test%2fhello')).status).toBe(400)
  })

  it('lists the keys by which versions are signed, ours first and then those of npm’s own registry', async () => {
    const { keys } = (await (await alice.asks('/-/npm/v1/keys')).json()) as { keys: { keyid: string }[] }
    expect(keys[0]).toMatchObject({ keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', expires: null })
    expect(keys.map(({ keyid }) => keyid)).toContain('SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA')
    expect((await fetch(`${scene.url}/-/npm/v1/keys`)).status).toBe(401)
  })

  it('says that provenance is lost when the next version has none', async () => {
    const asked = await alice.puts(hello.name, await bodyOf({ ...hello, version: '1.0.1' }))
    expect(await alice.browser.reads(asked.body.authUrl ?? '')).toContain('Provenance is lost')
  })

  it('is refused before anybody is asked when the bundle is of other bytes, another package, or of nobody trusted', async () => {
    const other = { name: '@acme.test/other', version: '1.0.0' }
    const waiting = await parked()
    const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
    await using stranger = await SigstoreInstance.start()
    const cases: [body: Record<string, unknown>, reason: string][] = [
      [await bundledBody(other, { sigstore, build, about: { integrity } }), 'other bytes'],
      [
        await bundledBody(other, { sigstore, build, about: { name: '@acme.test/hello' } }),
        'about @acme.test/hello@1.0.0',
      ],
      [await bundledBody(other, { sigstore: stranger, build }), 'does not verify'],
      [withBundle(await bodyOf(other), '@acme.test/other-1.0.0.sigstore', '{}'), 'does not verify'],
    ]
    for (const [body, reason] of cases) {
      const asked = await alice.puts(other.name, body)
      expect(asked).toMatchObject({ status: 400, body: { code: 'InvalidProvenance' } })
      expect(asked.body.error).toContain(reason)
    }
    expect(await parked()).toEqual(waiting)
  })
})
