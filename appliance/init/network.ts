import { P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import type { Settings } from '#appliance/config/index.ts'
import { demoIdp } from '#appliance/demo/idp/config.ts'
import {
  idpSchema,
  type NetworkConfig,
  networkSchema,
  type Peer,
  type PeerName,
  peerNames,
} from '#common/config/index.ts'
import { buildGenesis } from '#common/identity/index.ts'
import { componentDid } from './component-did.ts'
import { type Layout, oneMachine } from './layout.ts'
import type { Secrets } from './secrets.ts'

/** The public half of everything: what every component is told about the network. */
export async function describeNetwork(
  settings: Settings,
  secrets: Secrets,
  layout: Layout = oneMachine(settings),
): Promise<NetworkConfig> {
  const urlOf = (name: PeerName) => peerUrl(settings, layout, name)
  const peers = await Promise.all(
    peerNames.map(
      async (name): Promise<[PeerName, Peer]> => [
        name,
        { did: componentDid(settings, name), url: urlOf(name), key: await publicKey(secrets[name]) },
      ],
    ),
  )
  return networkSchema.parse({
    marker: secrets.appliance.marker,
    registryDid: await registryDid(secrets),
    peers: Object.fromEntries(peers),
    hosts: { org: [urlOf('org')], people: [urlOf('people')] },
    publicUrls: settings.publicUrls,
    idps:
      settings.idps.length > 0
        ? // Leaves out what is between a provider and its client.
          settings.idps.map((idp) => idpSchema.parse({ maxAgeSeconds: settings.maxAgeSeconds, ...idp }))
        : [demoIdp(settings.ports.idp, settings.maxAgeSeconds)],
    names: { private: settings.privateNames },
  })
}

function peerUrl({ ports }: Settings, layout: Layout, name: PeerName): string {
  // Nobody calls the appliance; it is a peer so that the others know its key.
  const callee = name === 'appliance' ? 'gateway' : name
  return `http://${layout.hostOf(callee)}:${ports[callee]}`
}

async function publicKey({ privateKeyHex }: { privateKeyHex: string }): Promise<string> {
  return (await P256Keypair.import(Buffer.from(privateKeyHex, 'hex'))).did()
}

/** Signing is deterministic, so the same key gives the same genesis operation, and DID, every time. */
async function registryDid({ people }: Secrets): Promise<string> {
  const key = await Secp256k1Keypair.import(Buffer.from(people.registryKeyHex, 'hex'))
  return (await buildGenesis(key)).did
}
