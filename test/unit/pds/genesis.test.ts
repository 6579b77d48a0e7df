import { Secp256k1Keypair } from '@atproto/crypto'
import { describe, expect, it } from 'vitest'
import { buildGenesis, verifyOperationLog } from '#common/identity/index.ts'
import { buildIdentityOperation } from '#pds/host/provision/identity-operation.ts'

const marker = 'atoll_private_network_of_the_tests_0001'

describe('an account with two faces', () => {
  it('begins with an operation that depends on its key alone', async () => {
    const keypair = await Secp256k1Keypair.create()
    expect(await buildGenesis(keypair)).toEqual(await buildGenesis(keypair))
    const other = await buildGenesis(await Secp256k1Keypair.create())
    expect(other.did).not.toBe((await buildGenesis(keypair)).did)
  })

  it('is taken over by its PDS and the recovery key, and dropped by its own', async () => {
    const [own, recovery, pds, signing] = await Promise.all([1, 2, 3, 4].map(() => Secp256k1Keypair.create()))
    if (!own || !recovery || !pds || !signing) throw new Error('four keys')
    const { did, op } = await buildGenesis(own)
    const identity = {
      handle: 'alice.test',
      signingKey: signing.did(),
      rotationKeys: [recovery.did(), pds.did()] as [string, string],
      endpoint: 'http://localhost:4882',
      marker,
    }
    const second = await buildIdentityOperation(op, own, identity)
    expect(second).toEqual(await buildIdentityOperation(op, own, identity))
    const data = await verifyOperationLog(did, [op, second])
    expect(data?.rotationKeys).toEqual([recovery.did(), pds.did()])
    // The public directory takes ids of up to 32 characters: there the operation must not pass.
    expect(Object.keys(data?.services ?? {}).some((id) => id.length > 32)).toBe(true)
  })
})
