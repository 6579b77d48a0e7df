import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { createEdgeClient } from '#pds/promote/index.ts'
import type { PeopleContext } from '../context.ts'
import type { ProjectionContext, Version } from './context.ts'
import { projectionSteps } from './steps/index.ts'

export interface AskedProjection {
  /** DID. */
  org: string
  /** TID. */
  promotion: string
  versions?: readonly Version[] | undefined
}

/**
 * Makes public who stands behind the versions of an approved promotion. Repeating it does nothing twice.
 * @returns who that is
 * @throws PromotionOff, NotAttested, Forbidden, ProofFailed, ComponentUnavailable
 */
export async function projectAttestations(
  people: PeopleContext,
  { org, promotion, versions }: AskedProjection,
): Promise<{ attesters: DidString[] }> {
  const { promotion: config, self } = people.config
  if (config === undefined) throw new AtollError('PromotionOff')
  const edge = await createEdgeClient({ self, peer: config.edge })
  const context: ProjectionContext = { people, edge, org, id: promotion, later: versions }
  for (const step of projectionSteps) await step(context)
  const attesters = new Set(context.chosen?.map(({ author }) => author as DidString))
  return { attesters: [...attesters].sort() }
}
