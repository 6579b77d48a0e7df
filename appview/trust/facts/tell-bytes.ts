import type { Teller } from '../trust-fact.ts'

/** Which bytes it is. */
export const tellBytes: Teller = ({ known: { bytes } }) =>
  Object.entries(bytes).flatMap(([fact, says]) => (says === undefined ? [] : [{ fact, stance: 'neutral', says }]))
