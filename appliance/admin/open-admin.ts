import { join } from 'node:path'
import type { DidString } from '@atproto/syntax'
import type { z } from 'zod'
import type { Settings } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'
import { readJsonIfThere } from '#appliance/files/private-json.ts'
import { componentDid } from '#appliance/init/component-did.ts'
import { keepSecrets } from '#appliance/init/secrets.ts'
import { componentSchema, loadComponentConfig, type NetworkConfig, networkSchema } from '#common/config/index.ts'
import type { JtiStore } from '#common/service-auth/index.ts'
import { createPeerAuth } from '#common/service-auth/peer-auth.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/client.ts'

/** The box as its owner administers it: the components, called with the appliance's own key. */
export interface Admin {
  /** Its own DID: who asks the AppView as this sees everything. */
  did: DidString
  network: NetworkConfig
  org: PeerClient
  people: PeerClient
  appview: PeerClient
  relay: PeerClient
  gateway: PeerClient
}

/** This box was never started, so there is nothing to administer. */
export class NoBox extends Failure {}

/** @throws NoBox */
export async function openAdmin(settings: Settings): Promise<Admin> {
  const { self, network } =
    settings.applianceConfig === undefined
      ? await identityInBox(settings)
      : await loadComponentConfig(settings.applianceConfig, identitySchema)
  const auth = await createPeerAuth({ self, network }, refuseAll)
  const client = (name: 'org' | 'people' | 'appview' | 'relay' | 'gateway') => createPeerClient(name, network, auth)
  return {
    did: self.did as DidString,
    network,
    org: client('org'),
    people: client('people'),
    appview: client('appview'),
    relay: client('relay'),
    gateway: client('gateway'),
  }
}

const identitySchema = componentSchema.pick({ self: true, network: true })

async function identityInBox(settings: Settings): Promise<z.output<typeof identitySchema>> {
  const written = await readJsonIfThere(join(settings.dataDir, 'run', 'network.json'))
  if (written === undefined) throw new NoBox(`There is no box in ${settings.dataDir} yet: "atoll up" makes one.`)
  const { appliance } = await keepSecrets(settings.dataDir)
  const self = { did: componentDid(settings, 'appliance'), privateKeyHex: appliance.privateKeyHex }
  return { self, network: networkSchema.parse(written) }
}

/** Nobody calls the appliance, so no token for it can be good. */
const refuseAll: JtiStore = { use: async () => false }
