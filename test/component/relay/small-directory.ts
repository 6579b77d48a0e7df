import { createServer, type Server } from 'node:http'
import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import type { NetworkConfig } from '#common/config/index.ts'

interface Registered {
  log: Operation[]
  rotationKey: Secp256k1Keypair
}

/** A did:plc directory reduced to what the relay asks of it: real, signed operation logs. */
export class SmallDirectory implements AsyncDisposable {
  readonly #marker: string
  readonly #server: Server
  readonly #accounts = new Map<string, Registered>()
  /** While true it answers 503. */
  down = false
  requests = 0

  private constructor(marker: string) {
    this.#marker = marker
    this.#server = createServer((request, response) => {
      this.requests += 1
      const log = this.#accounts.get(request.url?.split('/')[1] ?? '')?.log
      response.statusCode = this.down ? 503 : log === undefined ? 404 : 200
      response.end(JSON.stringify(this.down ? {} : (log ?? {})))
    })
  }

  static async start({ marker, peers }: NetworkConfig): Promise<SmallDirectory> {
    const directory = new SmallDirectory(marker)
    await new Promise<void>((resolve) => directory.#server.listen(Number(new URL(peers.directory.url).port), resolve))
    return directory
  }

  /** @param signingKey did:key of the repository @returns the account's DID */
  async registers(signingKey: string, pds: string): Promise<string> {
    const rotationKey = await Secp256k1Keypair.create()
    const unsigned = {
      type: 'plc_operation' as const,
      rotationKeys: [rotationKey.did()],
      verificationMethods: { atproto: signingKey },
      alsoKnownAs: [],
      services: {
        atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: pds },
        [this.#marker]: { type: 'AtollNetwork', endpoint: pds },
      },
      prev: null,
    }
    const genesis = await signOperation(unsigned, rotationKey)
    const did = await didForCreateOp(genesis)
    this.#accounts.set(did, { log: [genesis], rotationKey })
    return did
  }

  async changesKey(did: string, signingKey: string): Promise<void> {
    const account = this.#accounts.get(did)
    const last = account?.log.at(-1)
    if (account === undefined || last === undefined) throw new Error(`${did} is not registered`)
    const next = await createUpdateOp(last, account.rotationKey, (op) => ({
      ...op,
      verificationMethods: { ...op.verificationMethods, atproto: signingKey },
    }))
    account.log.push(next)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
