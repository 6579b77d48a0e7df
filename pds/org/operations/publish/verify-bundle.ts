import { readFile } from 'node:fs/promises'
import { checkBundle } from '#common/provenance/index.ts'
import type { PublishContext } from './context.ts'

/**
 * A version's provenance is part of its record, so a bundle that proves nothing of these bytes makes no version.
 * @throws InvalidOperation when it is another than the approved one, InvalidProvenance
 */
export async function verifyBundle(context: PublishContext): Promise<void> {
  const { bundle, input, services } = context
  const { name, version, integrity, provenance } = input
  if (bundle === undefined || provenance === undefined) return
  const bytes = await readFile(bundle.path)
  checkBundle(bytes, provenance)
  context.provenance = await services.provenance.verify(bytes, { name, version, integrity })
}
