import { randomBytes } from 'node:crypto'
import { Secp256k1Keypair } from '@atproto/crypto'
import { freePort } from '#appliance/config/free-port.ts'
import { DemoIdp, demoIdp } from '#appliance/demo/idp/index.ts'
import { drawRsaKey } from '#appliance/init/draw-keys.ts'
import { type AppViewConfig, appviewConfigSchema } from '#appview/index.ts'
import type { PublishingIssuer } from '#common/ci/index.ts'
import { buildGenesis } from '#common/identity/index.ts'
import { type ProvenanceConfig, provenanceSchema } from '#common/provenance/index.ts'
import { type GatewayConfig, gatewayConfigSchema } from '#gateway/index.ts'
import { Directory } from '#pds/directory/index.ts'
import type { PdsHostConfig } from '#pds/host/index.ts'
import { PeoplePds, peopleConfigSchema } from '#pds/people/index.ts'
import { relayConfigSchema } from '#relay/config.ts'
import { Relay } from '#relay/index.ts'
import { RecordingRegistry } from '#test/component/appview/recording-registry.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

/** What a gateway stands on, all real but the public registry; those a test stops and starts come as configurations. */
export interface Surroundings {
  net: TestNetwork
  /** The public registry; it remembers what it was asked. */
  registry: RecordingRegistry
  people: PeoplePds
  gateway: GatewayConfig
  appview: AppViewConfig
  org: PdsHostConfig
}

/** Whom it trusts besides the identity provider. */
export interface Trusted {
  ciIssuers?: readonly PublishingIssuer[]
  provenance?: Partial<ProvenanceConfig>
}

/**
 * @param opening takes what is started; the org PDS, AppView and gateway are not
 * @param trusted whose jobs may publish, and whose word about builds counts in this network
 */
export async function openSurroundings(
  opening: AsyncDisposableStack,
  limits: Partial<GatewayConfig['limits']>,
  { ciIssuers = [], provenance = {} }: Trusted,
): Promise<Surroundings> {
  const [idpPort, pagesPort, gatewayPort] = [await freePort(), await freePort(), await freePort()]
  const registryKey = randomBytes(32).toString('hex')
  const { did: registryDid } = await buildGenesis(await Secp256k1Keypair.import(registryKey))
  const publicUrls = { gateway: `http://localhost:${gatewayPort}`, people: `http://127.0.0.1:${pagesPort}` }
  const net = opening.use(await testNetwork({ idps: [demoIdp(idpPort)], registryDid, publicUrls }))
  // One listener for package managers and for the people PDS, at the address both know.
  net.network.peers.gateway.url = publicUrls.gateway
  const clientSecret = randomBytes(16).toString('hex')
  opening.use(
    await DemoIdp.start({
      listen: { host: '127.0.0.1', port: idpPort },
      client: { secret: clientSecret, redirectUris: [`${publicUrls.people}/oidc/callback`] },
      seed: 'a-seed-for-tests-only',
      signingKey: await drawRsaKey(),
      logLevel: 'silent',
    }),
  )
  opening.use(await Directory.start(await net.configFor('directory')))
  const registry = opening.use(await RecordingRegistry.start())
  const people = opening.use(
    await PeoplePds.start(
      peopleConfigSchema.parse({
        ...(await pdsConfig(net, 'people')),
        provenance,
        registry: { did: registryDid, handle: 'registry.people.test', privateKeyHex: registryKey },
        pages: { port: pagesPort },
        idpClientSecrets: { [demoIdp(idpPort).issuer]: clientSecret },
        handleSuffix: 'people.test',
        ciIssuers,
      }),
    ),
  )
  opening.use(await Relay.start(relayConfigSchema.parse(await net.configFor('relay'))))
  const upstreams = [{ name: 'default', scopes: 'default', url: registry.url, timeoutMs: 2_000 }]
  return {
    net,
    registry,
    people,
    gateway: gatewayConfigSchema.parse({
      ...(await net.configFor('gateway')),
      limits,
      provenance,
      ci: { issuers: ciIssuers },
    }),
    appview: appviewConfigSchema.parse({
      ...(await net.configFor('appview')),
      upstreams,
      provenance,
      labeler: { privateKeyHex: 'a1'.repeat(32) },
      signing: { privateKeyHex: randomBytes(32).toString('hex') },
    }),
    org: {
      ...(await pdsConfig(net, 'org')),
      provenance: provenanceSchema.parse(provenance),
      ciIssuers: [...ciIssuers],
    },
  }
}
