/**
 * How long ago something happened elsewhere.
 * @param time as somebody else wrote it down: may be anything
 * @param now milliseconds since the epoch
 * @returns seconds; undefined for what is no time. Clocks differ, so what happens in the future happens now.
 */
export function secondsSince(time: string, now: number): number | undefined {
  const then = Date.parse(time)
  return Number.isNaN(then) ? undefined : Math.max(0, (now - then) / 1000)
}
