/** Figures for whoever runs this; at once, since vitest keeps what tests print until they end. */
export function report(line: string): void {
  process.stderr.write(`  · ${line}\n`)
}

export async function timed<T>(label: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  report(`${label}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return result
}
