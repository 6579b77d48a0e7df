import { createPeerClient } from '#common/xrpc/index.ts'
import { createEdgeClient } from '#pds/promote/index.ts'
import type { PromotionConfig } from './config.ts'
import type { PromotionContext } from './context.ts'
import { Preflights } from './preflight.ts'
import { Promoter } from './promoter.ts'

type Services = Pick<PromotionContext, 'host' | 'proofs' | 'clock'>

/** Everything that makes packages public; there is one where that is configured. */
export class Promotions implements AsyncDisposable {
  readonly preflights: Preflights
  readonly promoter: Promoter

  static async start(config: PromotionConfig, { host, proofs, clock }: Services): Promise<Promotions> {
    const { self, network } = host.config
    const edge = await createEdgeClient({ self, peer: config.edge })
    const peers = {
      appview: createPeerClient('appview', network, host.auth),
      people: createPeerClient('people', network, host.auth),
    }
    const gathering = { config, host, peers, proofs }
    const preflights = new Preflights(gathering)
    const { log } = host
    return new Promotions(preflights, new Promoter({ ...gathering, self: self.did, edge, preflights, clock, log }))
  }

  private constructor(preflights: Preflights, promoter: Promoter) {
    this.preflights = preflights
    this.promoter = promoter
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.promoter[Symbol.asyncDispose]()
  }
}
