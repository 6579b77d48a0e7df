import { Secp256k1Keypair } from '@atproto/crypto'
import type { Operation } from '@did-plc/lib'
import { buildGenesis } from '#common/identity/index.ts'
import { cidOfRecord } from '#common/records/index.ts'
import { buildIdentityOperation } from '#pds/host/provision/identity-operation.ts'
import type { OpenBox } from '#test/support/open-box.ts'

/** An account that the directory made up. */
export interface MintedAccount {
  did: string
  /** Signs its later operations. */
  rotation: Secp256k1Keypair
  /** Signs its repository and its tokens. */
  signing: Secp256k1Keypair
}

/** The operations the directory gives out for a DID, oldest first. */
export async function readLog(box: OpenBox, did: string): Promise<Operation[]> {
  const query = 'SELECT operation FROM operations WHERE did = $1 ORDER BY "createdAt"'
  const rows = await box.sql<{ operation: Operation }>('directory', query, [did])
  return rows.map(({ operation }) => operation)
}

/** What a broken directory can do at any time: give out another log. */
export async function rewriteLog(box: OpenBox, did: string, operations: readonly Operation[]): Promise<void> {
  await box.sql('directory', 'DELETE FROM operations WHERE did = $1', [did])
  const insert = `INSERT INTO operations (did, operation, cid, nullified, "createdAt")
    VALUES ($1, $2, $3, false, now() + $4 * interval '1 second')`
  for (const [at, operation] of operations.entries()) {
    const values = [did, JSON.stringify(operation), cidOfRecord({ ...operation }), at - operations.length]
    await box.sql('directory', insert, values)
  }
}

/** An account with a log as good as anybody's, which no PDS ever asked for. @param endpoint of its PDS, as it says */
export async function mintAccount(box: OpenBox, handle: string, endpoint: string): Promise<MintedAccount> {
  const [rotation, signing] = [await Secp256k1Keypair.create(), await Secp256k1Keypair.create({ exportable: true })]
  const genesis = await buildGenesis(rotation)
  const operation = await buildIdentityOperation(genesis.op, rotation, {
    handle,
    endpoint,
    signingKey: signing.did(),
    rotationKeys: [rotation.did(), rotation.did()],
    marker: box.parts.network.marker,
  })
  await rewriteLog(box, genesis.did, [genesis.op, operation])
  return { did: genesis.did, rotation, signing }
}
