const units = ['B', 'kB', 'MB', 'GB'] as const

/** A size as npm prints it, in powers of 1000, and exactly: "1.2 kB (1,234 bytes)". */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  // By digits, not by logarithms, which are off by a hair at exact powers.
  const power = Math.min(Math.floor((String(bytes).length - 1) / 3), units.length - 1)
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power]} (${bytes.toLocaleString('en')} bytes)`
}
