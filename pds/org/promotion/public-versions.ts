import { hasReached, type Promotion } from './promotion.ts'

/**
 * What of a package is public, or about to be. Pure.
 * @param now the promotion that is being made public
 * @returns versions, each once
 */
export function publicVersionsOf(promotions: readonly Promotion[], name: string, now?: Promotion): string[] {
  const shown = promotions.filter(
    (each) => each.request.name === name && (hasReached(each, 'projected') || each.cid === now?.cid),
  )
  return [
    ...new Set(
      shown.flatMap(({ request, followed }) => [...request.versions, ...followed]).map(({ version }) => version),
    ),
  ]
}
