import { because, type Entries, spec } from './entry.ts'

/** Of where versions were built. */
export const provenance = {
  InvalidProvenance: {
    status: 400,
    message: (p) =>
      `The provenance bundle${p['package'] === undefined ? '' : ` of ${spec(p)}`} was refused${because(p)}. Publish with a bundle made for exactly this tarball, or without one.`,
  },
} as const satisfies Entries
