/** More of one kind in one version are counted, not listed. */
export const maxFindingsPerCode = 50
export const maxMessageLength = 600
/** A text up to this size is read in one piece, and a source map in it understood; a longer one in pieces. Bytes. */
export const maxWholeBytes = 16 * 2 ** 20
/** Bytes of a longer text that are looked at together, */
export const pieceBytes = 4 * 2 ** 20
/** and how many of them once more with the next piece: no key or URL is longer. */
export const overlapBytes = 16_384
/** How much of a file decides whether it is text. */
export const sniffedBytes = 8_192
/** Files that no check could read are listed up to this many per version. */
export const maxListedFiles = 200
export const maxClosure = 200
export const maxWaivers = 200
export const maxReasonLength = 1_000
