const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** @param text such as `30m` or `4h` @returns seconds, or undefined when it is no such thing */
export function readDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? []
  const seconds = units[unit]
  return count === undefined || seconds === undefined ? undefined : Number(count) * seconds
}
