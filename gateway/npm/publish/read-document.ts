import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parsePackageName, parseVersion } from '#common/names/index.ts'

/** What npm says it publishes. The records are made from the tarball alone; this only has to agree with it. */
export interface PublishDocument {
  name: PackageName
  version: string
  /** dist-tag */
  tag: string
  integrity: string | undefined
  shasum: string | undefined
  /** Bytes of each attachment, by name. */
  attachments: { name: string; length: number | undefined }[]
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
  _attachments: z.record(z.string(), z.object({ length: z.int().optional(), data: z.literal('') })),
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
  return {
    name: asked,
    version: parseVersion(key),
    tag,
    integrity: manifest.dist?.integrity,
    shasum: manifest.dist?.shasum,
    attachments: Object.entries(_attachments).map(([attachment, { length }]) => ({ name: attachment, length })),
  }
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
