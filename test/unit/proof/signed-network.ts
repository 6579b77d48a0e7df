import { AtollError } from '#common/errors/index.ts'
import type { Account, Identities } from '#common/identity/index.ts'
import type { ProofSources } from '#common/proof/index.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'

type Answer = (did: string, collection: string, rkey: string) => Promise<Uint8Array>

/** A network of real, signed repositories; what stands between them and the prover may be tampered with. */
export class SignedNetwork implements Identities {
  readonly authors = new Map<string, RepoAuthor>()
  readonly accounts = new Map<string, Account>()
  /** What the cache of identities still believes. */
  readonly remembered = new Map<string, Account>()
  readonly asked: string[] = []
  answer: Answer = (did, collection, rkey) => this.honest(did, collection, rkey)

  async add(did: string, role: Account['role']): Promise<RepoAuthor> {
    const author = await RepoAuthor.create(did)
    this.authors.set(did, author)
    this.accounts.set(did, { did, handle: undefined, pds: `http://${role}.test`, role, signingKey: author.signingKey })
    return author
  }

  async honest(did: string, collection: string, rkey: string): Promise<Uint8Array> {
    const author = this.authors.get(did)
    if (author === undefined) throw new AtollError('ComponentUnavailable', { component: 'PDS' })
    return author.proves(collection, rkey)
  }

  async resolve(did: string, { fresh = false } = {}): Promise<Account | undefined> {
    return (fresh ? undefined : this.remembered.get(did)) ?? this.accounts.get(did)
  }

  forget(): void {}

  get sources(): ProofSources {
    const peer = (role: string) => ({
      fetch: async (_nsid: string, params: Record<string, string>) => {
        this.asked.push(role)
        const { did = '', collection = '', rkey = '' } = params
        return new Response(Buffer.from(await this.answer(did, collection, rkey)))
      },
    })
    return { identities: this, peers: { org: peer('org'), people: peer('people') } }
  }
}
