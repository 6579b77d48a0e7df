/** Somebody the registry named for a while. */
export interface TemporaryManager {
  did: string
  /** RFC 3339. */
  since: string
  until: string
}

/** Whom the registry's record of an organisation names. */
export interface NamedManagers {
  /** DIDs: for good. */
  managers: readonly string[]
  temporaryManagers?: readonly TemporaryManager[] | undefined
}

/** What breaks glass mends itself within a day, whatever its record says. */
export const maxTemporarySeconds = 24 * 60 * 60

/**
 * Who manages an organisation at this moment because the registry says so. Every reader asks this of the same record and goes
 * by its own clock, so nobody has to be told that the time is over. Pure.
 * @param now milliseconds since the epoch
 * @returns DIDs
 */
export function managersAt({ managers, temporaryManagers = [] }: NamedManagers, now: number): string[] {
  const temporary = temporaryManagers.filter((one) => isBounded(one) && startOf(one) <= now && now < endOf(one))
  return [...managers, ...temporary.map(({ did }) => did)]
}

/**
 * Those of them whom the registry named for a while only. Break-glass is to change rights, in the open, until somebody manages who
 * stays: what cannot be taken back they may not do, whatever rules give them meanwhile (`refusalOf`). Pure.
 * @returns DIDs
 */
export function temporaryManagersAt(named: NamedManagers, now: number): string[] {
  return managersAt(named, now).filter((did) => !named.managers.includes(did))
}

/** When the answer will be another one. @returns milliseconds since the epoch; Infinity when time changes nothing */
export function changesAt({ temporaryManagers = [] }: NamedManagers, now: number): number {
  const moments = temporaryManagers.filter(isBounded).flatMap((one) => [startOf(one), endOf(one)])
  return Math.min(Number.POSITIVE_INFINITY, ...moments.filter((moment) => moment > now))
}

function isBounded(one: TemporaryManager): boolean {
  return endOf(one) - startOf(one) <= maxTemporarySeconds * 1000
}

function startOf({ since }: TemporaryManager): number {
  return Date.parse(since)
}

function endOf({ until }: TemporaryManager): number {
  return Date.parse(until)
}
