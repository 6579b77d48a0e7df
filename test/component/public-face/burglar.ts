import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import { freePort } from '#appliance/config/free-port.ts'
import type { UnplacedRecord } from '#common/records/index.ts'
import { LyingRelay } from '#test/component/appview/lying-relay.ts'
import { RepoHost } from '#test/component/appview/repo-host.ts'
import { RepoAuthor, type Write } from '#test/support/repo-author.ts'

interface Account {
  log: Operation[]
  rotationKey: Secp256k1Keypair
  author: RepoAuthor
}

/** Somebody who holds one PDS of the edge: they send over its firehose what they like, and have accounts of their own. */
export class Burglar implements AsyncDisposable {
  readonly host: RepoHost
  readonly stream: LyingRelay
  /** Where both are. */
  readonly urls: readonly string[]
  /** Is told where the public directory is, once there is one. */
  directoryUrl = ''
  readonly #accounts = new Map<string, Account>()

  private constructor(host: RepoHost, stream: LyingRelay, urls: readonly string[]) {
    this.host = host
    this.stream = stream
    this.urls = urls
  }

  static async breaksIn(): Promise<Burglar> {
    const urls = [`http://localhost:${await freePort()}`, `http://localhost:${await freePort()}`] as const
    return new Burglar(await RepoHost.start(urls[0], undefined), await LyingRelay.start(urls[1], undefined), urls)
  }

  /** Anybody may register any account, hosted anywhere. */
  async registers({ handle, pds }: { handle: string; pds: string }): Promise<string> {
    const [rotationKey, signingKey] = [await Secp256k1Keypair.create(), await keypair()]
    const unsigned = {
      type: 'plc_operation' as const,
      rotationKeys: [rotationKey.did()],
      verificationMethods: { atproto: signingKey.did() },
      alsoKnownAs: [`at://${handle}`],
      services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: pds } },
      prev: null,
    }
    const genesis = await signOperation(unsigned, rotationKey)
    const did = await didForCreateOp(genesis)
    await this.#submits(did, genesis)
    const author = await RepoAuthor.create(did, signingKey)
    this.#accounts.set(did, { log: [genesis], rotationKey, author })
    this.host.repos.set(did, author)
    this.stream.sends('#commit', await author.begins())
    return did
  }

  /** The account's log names another PDS, and another key. */
  async moves(did: string, pds: string): Promise<Secp256k1Keypair> {
    const account = this.#account(did)
    const signingKey = await keypair()
    const last = account.log.at(-1) as Operation
    const next = await createUpdateOp(last, account.rotationKey, (op) => ({
      ...op,
      verificationMethods: { atproto: signingKey.did() },
      services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: pds } },
    }))
    await this.#submits(did, next)
    account.log.push(next)
    return signingKey
  }

  async writes(did: string, { collection, rkey, record }: UnplacedRecord, signer?: Secp256k1Keypair): Promise<void> {
    const { author } = this.#account(did)
    const write: Write = {
      action: 'create',
      path: `${collection}/${rkey}`,
      record: record as NonNullable<Write['record']>,
    }
    this.stream.sends('#commit', await author.writes([write], signer ?? author.keypair))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stream[Symbol.asyncDispose]()
    await this.host[Symbol.asyncDispose]()
  }

  #account(did: string): Account {
    const account = this.#accounts.get(did)
    if (account === undefined) throw new Error(`${did} is none of theirs`)
    return account
  }

  async #submits(did: string, operation: Operation): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${this.directoryUrl}/${did}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(operation),
    })
    if (!answer.ok) throw new Error(`the directory answered ${answer.status} ${await answer.text()}`)
  }
}

function keypair(): Promise<Secp256k1Keypair> {
  return Secp256k1Keypair.create({ exportable: true })
}
