import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#pds/host/index.ts'
import type { PromotionContext } from '../context.ts'
import type { Promotion, ReachedState } from '../promotion.ts'

/** One step of an approved promotion. Repeating it does nothing twice. */
export interface PromotionStep {
  /** What is written down once it is taken. */
  reaches: ReachedState
  /** Always, when absent. */
  isWanted?(context: PromotionContext): boolean
  /** @throws AtollError when it cannot be taken now: it is tried again */
  take(context: PromotionContext, promotion: Promotion): Promise<void>
}

/** @throws NotFound when it left */
export async function organisationOf({ host }: Pick<PromotionContext, 'host'>, org: string): Promise<Account> {
  const account = await host.accountOf(org)
  if (account === undefined) throw new AtollError('NotFound', { did: org })
  return account
}
