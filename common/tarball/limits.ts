import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

/** What a tarball may cost us. Sizes are bytes. */
export interface TarballLimits {
  packedBytes: number
  unpackedBytes: number
  /** Unpacked to packed, looked at once `ratioFromBytes` are unpacked: small archives of much white space are honest. */
  ratio: number
  ratioFromBytes: number
  entries: number
  pathBytes: number
}

export const defaultTarballLimits: TarballLimits = {
  packedBytes: 200 * 2 ** 20,
  unpackedBytes: 2 * 2 ** 30,
  ratio: 200,
  ratioFromBytes: 16 * 2 ** 20,
  entries: 100_000,
  pathBytes: 1024,
}

/** As large as a version record can name (`tarball` in its lexicon). */
export const maxTarballBytes = 500 * 2 ** 20

/** Largest tarball that may be published, in bytes; gateway and PDSes of a network are told the same. */
export const tarballBytesSchema = z.int().min(1024).max(maxTarballBytes).default(defaultTarballLimits.packedBytes)

/** The usual limits, with another for the tarball itself. */
export function limitsWith(packedBytes: number): TarballLimits {
  return { ...defaultTarballLimits, packedBytes }
}

// These two decide what is in the version record, so they are the same everywhere and not configurable.
/** As many bytes as the lexicon allows in `manifest`. */
export const maxPackageJsonBytes = 262_144
/** A longer README is left out of the record; the tarball still has it. */
export const maxReadmeBytes = 2 ** 20

/** The error for a tarball that breaks a rule. */
export function refuseTarball(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidTarball', { reason }, cause)
}
