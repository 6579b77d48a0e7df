import { randomBytes } from 'node:crypto'
import { Secp256k1Keypair } from '@atproto/crypto'
import { type PdsHostConfig, pdsHostSchema } from '#pds/host/index.ts'
import type { TestNetwork } from './network.ts'

/** A PDS's configuration with fresh secrets, on its own database and data folder. */
export async function pdsConfig(net: TestNetwork, role: 'org' | 'people'): Promise<PdsHostConfig> {
  const recovery = await Secp256k1Keypair.create()
  return pdsHostSchema.parse({
    ...(await net.configFor(role)),
    pds: {
      jwtSecret: randomBytes(32).toString('hex'),
      adminPassword: randomBytes(16).toString('hex'),
      rotationKeyHex: randomBytes(32).toString('hex'),
      recoveryKey: recovery.did(),
      handleDomains: ['.test'],
    },
  })
}
