import { AtollError } from '#common/errors/index.ts'
import type { ReleaseNameInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

/** What was never claimed would only be kept from upstream by taking it back. @throws InvalidOperation */
export async function checkIsClaimed({
  input,
  kind,
  operation,
  services,
}: OperationContext<ReleaseNameInput>): Promise<void> {
  const { collection, rkey } = kind.recordOf(operation.org, input)
  if ((await services.host.findRecord(operation.org, collection, rkey)) !== undefined) return
  throw new AtollError('InvalidOperation', { reason: `${input.name} is not claimed` })
}
