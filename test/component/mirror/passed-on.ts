import { Refused, RegistryClient } from '#appliance/verify/registry-client.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'

type Answer = (params: Record<string, string>) => unknown

/** A registry reduced to what an AppView answers its gateway, which says what somebody wants it to where there is a lie. */
export class PassedOn extends RegistryClient {
  /** NSID, for proofs `<did>/<collection>` → what is answered instead: JSON, or bytes; what is left undefined is asked. */
  readonly lies = new Map<string, Answer>()
  /** What the tarball is instead; a string: why policy refuses it. */
  bytes: Uint8Array | string | undefined
  readonly asked: string[] = []
  readonly #appview: PeerClient

  constructor(url: string, appview: PeerClient) {
    super(url, 'no token')
    this.#appview = appview
  }

  override async open(nsid: string, params: Record<string, string>): Promise<Response> {
    const { network = 'private', ...rest } = params
    this.asked.push(`${nsid} ${network}`)
    const lie = this.lies.get(`${rest['did']}/${rest['collection']}`)?.(rest) ?? this.lies.get(nsid)?.(rest)
    if (lie instanceof Uint8Array) return new Response(Buffer.from(lie))
    if (lie !== undefined) return Response.json(lie)
    const passedOn = new Map<string, string>([
      [app.npm.gateway.getOperationLog.$nsid, app.npm.registry.getPublicLog.$nsid],
      [app.npm.gateway.getRecordProof.$nsid, app.npm.registry.getPublicProof.$nsid],
    ])
    return this.#appview.fetch(passedOn.get(nsid) ?? nsid, rest)
  }

  override async tarball(url: string): Promise<Response> {
    if (typeof this.bytes === 'string') throw new Refused(this.bytes)
    if (this.bytes !== undefined) return new Response(Buffer.from(this.bytes))
    const [did = '', scope = '', bare = '', , file = ''] = url.slice(this.url.length + 1).split('/')
    return this.#appview.fetch(app.npm.registry.getUpstreamTarball.$nsid, { did, name: `${scope}/${bare}`, file })
  }
}
