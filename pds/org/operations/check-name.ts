import { checkNames } from '../names/index.ts'
import type { OperationContext } from './context.ts'

/** The package is one of this organisation. @throws NotFound, NotPrivate; ProofFailed, ComponentUnavailable */
export async function checkName({ input, kind, operation, services }: OperationContext): Promise<void> {
  await checkNames(services, operation.org, [kind.packageOf(input)])
}
