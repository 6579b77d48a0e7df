import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import type { SourcePackage, SourceVersion } from './source.ts'

// Only what is looked at; a version that is badly described is dealt with on its own.
const versionSchema = z.object({
  dist: z
    .object({ tarball: z.string().optional(), integrity: z.string().optional(), shasum: z.string().optional() })
    .optional()
    .catch(undefined),
  deprecated: z.string().optional().catch(undefined),
})
const packumentSchema = z.object({
  name: z.string(),
  versions: z.record(z.string(), versionSchema).default({}),
  // Very old registries list several versions of one tag, the newest last.
  'dist-tags': z
    .record(
      z.string(),
      z.union([z.string(), z.array(z.string()).transform((versions) => versions.at(-1) ?? '')]).catch(''),
    )
    .default({}),
  time: z.record(z.string(), z.unknown()).default({}),
})

/**
 * Reads a packument: what an npm registry answers, and what Verdaccio keeps in its storage.
 * @param text JSON
 * @throws Failure when it is none, or another package's
 */
export function parsePackument(text: string, name: string): SourcePackage {
  const parsed = packumentSchema.safeParse(parseJson(text, name))
  if (!parsed.success) throw new Failure(`What there is of ${name} is no description of a package.`)
  if (parsed.data.name !== name) throw new Failure(`What there is of ${name} is about ${parsed.data.name}.`)
  const { versions, time, 'dist-tags': tags } = parsed.data
  return {
    name,
    versions: Object.entries(versions).map(([version, described]) => versionOf(version, described, time[version])),
    tags: new Map(Object.entries(tags).filter(([, version]) => version !== '')),
  }
}

function versionOf(version: string, described: z.output<typeof versionSchema>, time: unknown): SourceVersion {
  const { tarball, integrity, shasum } = described.dist ?? {}
  return {
    version,
    tarball,
    integrity,
    shasum: shasum?.toLowerCase(),
    publishedAt: timeOf(time),
    // npm takes a deprecation back by an empty message.
    deprecated: described.deprecated === '' ? undefined : described.deprecated,
  }
}

function timeOf(time: unknown): string | undefined {
  const date = new Date(typeof time === 'string' || typeof time === 'number' ? time : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure(`What there is of ${name} is not JSON`, { cause })
  }
}
