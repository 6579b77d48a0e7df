import { buildRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { FaceWrite } from '#pds/promote/index.ts'
import { hasReached, type Promotion } from '../promotion.ts'

/**
 * Who attests in public for an organisation: everybody whose attestation became public by one of its promotions. Pure, and the same
 * as long as they are the same.
 */
export function publishersOf(promotions: readonly Promotion[]): FaceWrite {
  const attested = promotions.filter((each) => hasReached(each, 'attested'))
  const publishers = [...new Set(attested.flatMap(({ attesters }) => attesters))].sort()
  const createdAt =
    attested
      .map(({ request }) => request.createdAt)
      .sort()
      .at(-1) ?? new Date(0).toISOString()
  const refuse = (reason: string) => new Error(`the list of publishers cannot be written: ${reason}`)
  return buildRecord({ schema: app.npm.org.publishers.main, rkey: 'self', fields: { publishers, createdAt } }, refuse)
}
