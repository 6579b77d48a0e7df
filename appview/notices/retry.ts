const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Between attempts, as the Standard Webhooks specification advises: soon at first, and for some days. */
const delaysMs = [5 * second, 30 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour]

/** Nobody else tries it while it is being sent; whoever dies with it leaves it for after that. */
export const leaseMs = 2 * minute

/**
 * @param attempts that failed
 * @param random from 0 to 1, so that what failed together does not come back together
 * @returns undefined when it was tried often enough
 */
export function delayBefore(attempts: number, random: number): number | undefined {
  const delay = delaysMs[attempts - 1]
  return delay === undefined ? undefined : delay * (1 + random / 5)
}
