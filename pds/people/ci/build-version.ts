import { publishFromCi } from '#common/operations/index.ts'
import { readProvenance } from '../approve/index.ts'
import type { JobContext } from './context.ts'

/**
 * @throws InvalidOperation when the parked bytes make another record than the operation names, or the parked bundle is another;
 * InvalidTarball, InvalidProvenance
 */
export async function buildVersion(context: JobContext): Promise<void> {
  const { people, operation, op, input } = context
  const tarball = await people.inspections.inspect({ op, integrity: input.integrity })
  context.write = publishFromCi.recordOf(operation.org, input, tarball)
  context.provenance = await readProvenance(people, input)
}
