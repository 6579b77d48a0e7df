import type { Followed } from './stages.ts'

/** A relay of the public network, as the AppView follows it. */
export interface PublicRelay extends Record<string, unknown> {
  relay: string
  state: 'followed' | 'away'
  /** Number of the newest event that was looked at. */
  position: number | undefined
  /** How old that event is: where somebody always writes, how far behind; where nobody does, how long ago the last one was. */
  seconds: number | undefined
}

/** Beside the box's own relay, the AppView follows public ones alone. @param now milliseconds since the epoch */
export function publicRelaysOf(asked: readonly Followed[], now: number): PublicRelay[] {
  const find = (name: string) => asked.find(({ component }) => component === name)
  const own = find('relay')?.url
  const sources = find('appview')?.report?.sources ?? []
  return sources
    .filter(({ url }) => own === undefined || new URL(url).host !== new URL(own).host)
    .map(({ url, connected, position }) => ({
      relay: url,
      state: connected ? 'followed' : 'away',
      position: position?.seq,
      seconds: position?.at === undefined ? undefined : Math.max(0, Math.round((now - Date.parse(position.at)) / 1000)),
    }))
}
