import { rm } from 'node:fs/promises'
import { type ComposedOperation, composeOperation, publish } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { type InspectedTarball, inspectTarball } from '#common/tarball/index.ts'
import { parseSpec } from '#test/support/box-person.ts'
import { pack, packageFolder } from '#test/support/package-folder.ts'

/** A version that nobody published: the operation that would, the record it would write, and the bytes. */
export interface DraftVersion extends ComposedOperation {
  spec: string
  /** The version record. */
  write: BuiltRecord
  inspected: InspectedTarball
  tarball: Buffer
  createdAt: string
}

const lifetimeSeconds = 300

/**
 * Made as an honest gateway would make it, so that whoever refuses it does not refuse it for its form.
 * @param org DID
 * @param spec such as `@acme.test/hello@1.0.0`
 */
export async function draftVersion(
  org: string,
  spec: string,
  files: Record<string, string> = {},
): Promise<DraftVersion> {
  const { name, version } = parseSpec(spec)
  const folder = await packageFolder({ name, version, files })
  const tarball = await pack(folder)
  await rm(folder, { recursive: true })
  const inspected = await inspectTarball(tarball)
  const { integrity, shasum, size } = inspected
  const createdAt = new Date().toISOString()
  const composed = composeOperation({
    org,
    procedure: publish.procedure,
    input: { name, version, integrity, shasum, size, tag: 'latest', createdAt },
    tarball: inspected,
    expiry: Math.floor(Date.now() / 1000) + lifetimeSeconds,
  })
  return { ...composed, spec, inspected, tarball, createdAt }
}
