import { AtollError } from '#common/errors/index.ts'

/** Real ones have 10 to 20 kB; the certificate, the log's proof and the statement all have their own bounds. */
export const maxBundleBytes = 2 ** 20

/** The error for a bundle that proves nothing about this version. @param reason what is wrong, as the end of a sentence */
export function refuseProvenance(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidProvenance', { reason }, cause)
}
