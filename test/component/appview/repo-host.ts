import type { PeerAuth } from '#common/service-auth/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import { app, atproto } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

/** A PDS reduced to `listRepos`, `getRepo`, `getRecord` and `getBlob`, as strict about who asks as the real one. */
export class RepoHost implements AsyncDisposable {
  readonly url: string
  readonly repos = new Map<string, RepoAuthor>()
  /** By CID, whosever they are; any may be a lie. */
  readonly blobs = new Map<string, Uint8Array>()
  /** Where people read mail, by DID. */
  readonly addresses = new Map<string, string>()
  /** Bodies to answer `getRepo` with instead. */
  readonly forged = new Map<string, Uint8Array>()
  /** What to answer `getRecord` with instead, by `<did>/<collection>/<rkey>`. */
  readonly proofs = new Map<string, Uint8Array>()
  /** Of accounts that were taken down. */
  readonly inactive = new Set<string>()
  /** While true it answers 503. */
  down = false
  /** Repositories are given out after it. */
  gate: Promise<unknown> = Promise.resolve()
  /** Lists are given out after it, as they were when they were asked for. */
  listGate: Promise<unknown> = Promise.resolve()
  /** Blobs are given out after it. */
  blobGate: Promise<unknown> = Promise.resolve()
  repoRequests = 0
  listRequests = 0
  #server: AsyncDisposable | undefined

  private constructor(url: string) {
    this.url = url
  }

  /** @param auth undefined: everybody may read */
  static async start(url: string, auth: PeerAuth | undefined): Promise<RepoHost> {
    const host = new RepoHost(url)
    host.#server = await tinyServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', url)
      const nsid = pathname.replace('/xrpc/', '')
      await auth?.verify(bearerToken(request as never), nsid, ['appview'])
      const body = host.down ? undefined : await host.#answer(nsid, searchParams)
      response.statusCode = body === undefined ? 503 : 200
      response.end(body ?? '{}')
    }, url)
    return host
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }

  async #answer(nsid: string, params: URLSearchParams): Promise<string | Uint8Array | undefined> {
    const did = params.get('did') ?? ''
    if (nsid === atproto.getBlob) {
      await this.blobGate
      return this.blobs.get(params.get('cid') ?? '')
    }
    if (nsid === atproto.getRecord) {
      const [collection, rkey] = [params.get('collection') ?? '', params.get('rkey') ?? '']
      return this.proofs.get(`${did}/${collection}/${rkey}`) ?? this.repos.get(did)?.proves(collection, rkey)
    }
    if (nsid === atproto.getLatestCommit) return JSON.stringify({ cid: 'unused', rev: this.repos.get(did)?.state.rev })
    if (nsid === app.npm.operation.getAddress.$nsid) return JSON.stringify({ address: this.addresses.get(did) })
    if (nsid === atproto.listRepos) {
      const activeOf = (did: string) => !this.inactive.has(did)
      const repos = Array.from(this.repos.values(), ({ did, state }) => ({
        did,
        rev: state.rev,
        active: activeOf(did),
      }))
      this.listRequests += 1
      await this.listGate
      return JSON.stringify({ repos })
    }
    this.repoRequests += 1
    await this.gate
    return this.forged.get(did) ?? this.repos.get(did)?.car()
  }
}
