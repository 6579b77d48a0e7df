import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import type { NetworkConfig } from '#common/config/index.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

/** A did:plc directory reduced to what is asked of it here: real, signed operation logs, with handles. */
export class TestDirectory implements AsyncDisposable {
  readonly url: string
  readonly #marker: string | undefined
  readonly #accounts = new Map<string, { log: Operation[]; rotationKey: Secp256k1Keypair }>()
  #server: AsyncDisposable | undefined

  private constructor(url: string, marker: string | undefined) {
    this.url = url
    this.#marker = marker
  }

  static start({ marker, peers }: NetworkConfig): Promise<TestDirectory> {
    return TestDirectory.at(peers.directory.url, marker)
  }

  /** @param marker of a private network; undefined for the public one */
  static async at(url: string, marker: string | undefined): Promise<TestDirectory> {
    const directory = new TestDirectory(url, marker)
    directory.#server = await tinyServer((request, response) => {
      const log = directory.#accounts.get(request.url?.split('/')[1] ?? '')?.log
      response.statusCode = log === undefined ? 404 : 200
      response.end(JSON.stringify(log ?? {}))
    }, url)
    return directory
  }

  /** @returns the DID of the new account */
  async registers(account: { handle: string; signingKey: string; pds: string }): Promise<string> {
    const rotationKey = await Secp256k1Keypair.create()
    const unsigned = {
      type: 'plc_operation' as const,
      rotationKeys: [rotationKey.did()],
      verificationMethods: { atproto: account.signingKey },
      alsoKnownAs: [`at://${account.handle}`],
      services: {
        atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: account.pds },
        ...(this.#marker === undefined ? {} : { [this.#marker]: { type: 'AtollNetwork', endpoint: account.pds } }),
      },
      prev: null,
    }
    const genesis = await signOperation(unsigned, rotationKey)
    const did = await didForCreateOp(genesis)
    this.#accounts.set(did, { log: [genesis], rotationKey })
    return did
  }

  /** Has an account of another directory, which it knows in a place of its own: as of the two networks somebody is in with one DID. */
  async takesUp(did: string, from: TestDirectory, account: { signingKey: string; pds: string }): Promise<void> {
    const known = from.#accounts.get(did)
    const [genesis] = known?.log ?? []
    if (known === undefined || genesis === undefined) throw new Error(`${did} is not registered there`)
    const place = (type: string) => ({ type, endpoint: account.pds })
    const next = await createUpdateOp(genesis, known.rotationKey, (op) => ({
      ...op,
      verificationMethods: { atproto: account.signingKey },
      services: {
        atproto_pds: place('AtprotoPersonalDataServer'),
        ...(this.#marker === undefined ? {} : { [this.#marker]: place('AtollNetwork') }),
      },
    }))
    this.#accounts.set(did, { log: [genesis, next], rotationKey: known.rotationKey })
  }

  async changes(did: string, change: { handle?: string; signingKey?: string; pds?: string }): Promise<void> {
    const account = this.#accounts.get(did)
    const last = account?.log.at(-1)
    if (account === undefined || last === undefined) throw new Error(`${did} is not registered`)
    const next = await createUpdateOp(last, account.rotationKey, (op) => ({
      ...op,
      ...(change.handle === undefined ? {} : { alsoKnownAs: [`at://${change.handle}`] }),
      ...(change.signingKey === undefined ? {} : { verificationMethods: { atproto: change.signingKey } }),
      ...(change.pds === undefined
        ? {}
        : { services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: change.pds } } }),
    }))
    account.log.push(next)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }
}
