import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parsePackageName, parseVersion } from '#common/names/index.ts'
import { maxBundleBytes } from '#common/provenance/index.ts'
import { bundleSuffix } from './upload/index.ts'

/** What npm says it publishes. The records are made from the tarball alone; this only has to agree with it. */
export interface PublishDocument {
  name: PackageName
  version: string
  /** dist-tag */
  tag: string
  integrity: string | undefined
  shasum: string | undefined
  /** Bytes of each attached tarball, by name. */
  attachments: { name: string; length: number | undefined }[]
  /** The Sigstore bundle that came with it, as npm serialised it. */
  bundle: Uint8Array | undefined
}

// The fields that libnpmpublish and pnpm send and that matter here; all others are let by.
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dist: z.object({ integrity: z.string().max(1024).optional(), shasum: z.string().max(64).optional() }).optional(),
})
const documentSchema = z.object({
  name: z.string(),
  'dist-tags': z.record(z.string().max(214), z.string()),
  versions: z.record(z.string(), manifestSchema),
  // The scanner took out what is base64: what is left of data is a bundle.
  _attachments: z.record(z.string(), z.object({ length: z.int().optional(), data: z.string().max(maxBundleBytes) })),
})

/**
 * @param asked the name in the URL
 * @throws InvalidRequest, InvalidName, InvalidVersion
 */
export function readDocument(document: unknown, asked: PackageName): PublishDocument {
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success) throw refuse(describe(parsed.error), parsed.error)
  const { name, versions, _attachments, 'dist-tags': tags } = parsed.data
  if (parsePackageName(encodeURIComponent(name)).name !== asked.name)
    throw refuse('it is about another package than its URL')
  const [key, manifest] = only(Object.entries(versions), 'version')
  const [tag, tagged] = only(Object.entries(tags), 'dist-tag')
  if (manifest.version !== key || manifest.name !== name) throw refuse('its version does not agree with its manifest')
  if (tagged !== key) throw refuse('its dist-tag points to another version')
  const attached = Object.entries(_attachments)
  return {
    name: asked,
    version: parseVersion(key),
    tag,
    integrity: manifest.dist?.integrity,
    shasum: manifest.dist?.shasum,
    attachments: attached
      .filter(([attachment]) => !attachment.endsWith(bundleSuffix))
      .map(([attachment, { length }]) => ({ name: attachment, length })),
    bundle: readBundle(attached, `${name}-${key}${bundleSuffix}`),
  }
}

/** @throws InvalidRequest when there is another, or more than one */
function readBundle(
  attached: [name: string, { length?: number | undefined; data: string }][],
  expected: string,
): Uint8Array | undefined {
  const [bundle, ...others] = attached.filter(([attachment]) => attachment.endsWith(bundleSuffix))
  if (bundle === undefined) return undefined
  const [name, { length, data }] = bundle
  if (name !== expected || others.length > 0) throw refuse(`its bundle must be the one called "${expected}"`)
  // npm says how many UTF-16 units it is long.
  if (length !== undefined && length !== data.length) throw refuse('its bundle is not as long as it should be')
  return Buffer.from(data, 'utf8')
}

function only<Entry>(entries: Entry[], what: string): Entry {
  const [entry, ...others] = entries
  if (entry === undefined || others.length > 0) throw refuse(`it must have exactly one ${what}`)
  return entry
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return field === '' ? 'the body is not a package document' : `"${field.slice(0, 300)}": ${issue?.message}`
}

function refuse(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidRequest', { reason }, cause)
}
