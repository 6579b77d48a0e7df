import type { Writable } from 'node:stream'

export { TourFailure } from './expect.ts'

import { packForTour } from './context.ts'
import { createNarrator } from './narrator.ts'
import { tourSteps } from './steps/index.ts'

/**
 * Plays the README's tour against a running box: stock npm under a terminal, pages driven as a browser would.
 * @param gateway URL of the gateway, without a slash at its end
 * @throws TourFailure when a step does not do what it says
 */
export async function playTour(gateway: string, out: Writable, npm?: string): Promise<void> {
  const narrator = createNarrator(out)
  await using context = await packForTour(gateway, narrator, npm)
  for (const step of tourSteps) await step(context)
  out.write(`\nAll ${tourSteps.length} steps did what they say.\n`)
}
