import { because, type Entries } from './entry.ts'

/** Between an edge PDS and the inside PDS that pushes. */
export const edge = {
  FaceNotReserved: {
    status: 409,
    message: (p) => `Nothing is reserved for ${p['did']} under ${p['handle']} here: reserve it first.`,
  },
  FaceDiffers: {
    status: 409,
    message: (p) => `The public directory has another operation log of ${p['did']}${because(p)}. Nothing was changed.`,
  },
  DirectoryRefused: {
    status: 502,
    message: (p) => `The public directory does not take the identity of ${p['did']}${because(p)}.`,
  },
  BlobDiffers: {
    status: 400,
    message: (p) => `The bytes are not those of ${p['cid']}${because(p)}. Nothing was stored.`,
  },
  BlobsMissing: {
    status: 409,
    message: (p) => `Records refer to blobs that are not here: ${p['cids']}. Send these first. Nothing was written.`,
  },
  RecordDiffers: {
    status: 400,
    message: (p) => `${p['uri']} would be stored as ${p['cid']}, and not as announced. Nothing was written.`,
  },
  EdgeNotTrusted: {
    status: 502,
    message: (p) => `The edge PDS asks for ${p['asked']} in a public identity, which is not what is configured.`,
  },
  EdgeFull: {
    status: 429,
    message: () => 'As much waits for its records here as may: write those first.',
  },
} as const satisfies Entries
