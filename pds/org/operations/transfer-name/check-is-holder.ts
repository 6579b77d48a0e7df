import { AtollError } from '#common/errors/index.ts'
import { parseClaimableName } from '#common/names/index.ts'
import type { TransferNameInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

/**
 * Only who has a name hands it over. Who gave it away calls nothing off any more: the change names the transfer by its CID, so
 * another one in its place would take the name from who has it.
 * @throws InvalidOperation; ProofFailed, ComponentUnavailable
 */
export async function checkIsHolder({
  input,
  operation,
  services,
}: OperationContext<TransferNameInput>): Promise<void> {
  if ((await services.names.holderOf(parseClaimableName(input.name))) === operation.org) return
  throw new AtollError('InvalidOperation', { reason: `${input.name} is not the organisation's to hand over` })
}
