import { AtollError } from '#common/errors/index.ts'
import type { OperationContext } from '../context.ts'

/** Who signs a list of releases does not mean to change their keys. @throws InvalidOperation */
export async function checkIsAlone({ batch }: Pick<OperationContext, 'batch'>): Promise<void> {
  if (batch !== undefined) throw new AtollError('InvalidOperation', { reason: 'passkeys are changed by themselves' })
}
