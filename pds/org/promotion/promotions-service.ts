import { createPeerClient } from '#common/xrpc/index.ts'
import { createEdgeClient } from '#pds/promote/index.ts'
import type { PromotionConfig } from './config.ts'
import type { PromotionContext } from './context.ts'
import { CrossPublisher } from './cross-publish/cross-publisher.ts'
import { Preflights } from './preflight.ts'
import { Promoter } from './promoter.ts'

type Services = Pick<PromotionContext, 'host' | 'proofs' | 'clock'>

/** Everything that makes packages public; there is one where that is configured. */
export class Promotions implements AsyncDisposable {
  readonly preflights: Preflights
  readonly promoter: Promoter
  readonly #crossPublisher: CrossPublisher | undefined

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
    const { outbound } = host.config
    const crossPublisher = config.crossPublish && new CrossPublisher(config.crossPublish, { outbound, clock })
    const promoter = new Promoter({ ...gathering, self: self.did, edge, preflights, crossPublisher, clock, log })
    return new Promotions(preflights, promoter, crossPublisher)
  }

  private constructor(preflights: Preflights, promoter: Promoter, crossPublisher: CrossPublisher | undefined) {
    this.preflights = preflights
    this.promoter = promoter
    this.#crossPublisher = crossPublisher
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // First, so that nobody waits for an upload: it is made again.
    await this.#crossPublisher?.[Symbol.asyncDispose]()
    await this.promoter[Symbol.asyncDispose]()
  }
}
