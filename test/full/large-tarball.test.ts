import { expect, it } from 'vitest'
import { runLarge } from '#test/bench/large.ts'

// What is held of it at the same time: 20 MB of pieces on their way, and what V8 has not collected yet.
const maxGrowthMb = 150
const timeoutMs = 900_000

it(
  'takes a tarball of 200 MB from npm publish to npm’s own digest, and no component holds it',
  async () => {
    const { bytes, equal, memory } = await runLarge(200)
    expect(bytes).toBeGreaterThan(200_000_000)
    expect(equal).toBe(true)
    const grown = Object.entries(memory).map(([command, { before, peak }]) => [command, Math.round(peak - before)])
    for (const [command, megabytes] of grown) expect(megabytes, `${command} of ${grown}`).toBeLessThan(maxGrowthMb)
  },
  timeoutMs,
)
