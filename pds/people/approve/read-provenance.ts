import { readBounded } from '#common/bodies/index.ts'
import type { PublishInput } from '#common/operations/index.ts'
import { checkBundle, type Provenance } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

const downloadTimeoutMs = 30_000

/**
 * Where a version was built, by the bundle that is parked beside its tarball.
 * @returns undefined when the operation names none
 * @throws InvalidOperation when the gateway sends another, InvalidProvenance, NotFound, ComponentUnavailable
 */
export async function readProvenance(
  { gateway, provenance }: Pick<PeopleContext, 'gateway' | 'provenance'>,
  { name, version, integrity, provenance: bundle }: PublishInput,
): Promise<Provenance | undefined> {
  if (bundle === undefined) return undefined
  const nsid = app.npm.gateway.getParked.main.nsid
  const response = await gateway.fetch(nsid, { integrity: bundle.integrity }, { timeoutMs: downloadTimeoutMs })
  const bytes = await readBounded(response.body, bundle.size)
  checkBundle(bytes, bundle)
  return provenance.verify(bytes, { name, version, integrity })
}
