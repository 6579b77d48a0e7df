import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import { z } from 'zod'
import { buildGenesis, type Genesis } from '#common/identity/index.ts'
import { replaceDurably } from '../blobs/index.ts'

export interface SealedIdentity {
  keypair: Secp256k1Keypair
  genesis: Genesis
}

const sealedSchema = z.object({ privateKeyHex: z.string().regex(/^[0-9a-f]{64}$/) })

/** The key of an account's genesis, kept until promotion signs the account's public face with it (DESIGN §3). */
export class SealedKeys {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Draws a key for one new account. @param privateKeyHex the key, for the account whose DID was computed beforehand */
  async seal(privateKeyHex?: string): Promise<SealedIdentity> {
    const keypair =
      privateKeyHex === undefined
        ? await Secp256k1Keypair.create({ exportable: true })
        : await Secp256k1Keypair.import(privateKeyHex, { exportable: true })
    const genesis = await buildGenesis(keypair)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const hex = Buffer.from(await keypair.export()).toString('hex')
    const content = { did: genesis.did, genesis: genesis.op, privateKeyHex: hex }
    await replaceDurably(this.#path(genesis.did), Buffer.from(JSON.stringify(content)))
    return { keypair, genesis }
  }

  /** @throws when there is none for this DID */
  async open(did: string): Promise<SealedIdentity> {
    const { privateKeyHex } = sealedSchema.parse(JSON.parse(await readFile(this.#path(did), 'utf8')))
    const keypair = await Secp256k1Keypair.import(privateKeyHex, { exportable: true })
    return { keypair, genesis: await buildGenesis(keypair) }
  }

  #path(did: string): string {
    return join(this.#folder, did.replaceAll(':', '_'))
  }
}
