import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { OperationContext } from './context.ts'

/**
 * An organisation's packages are those of its handle, and of the names the registry granted it.
 * @throws NotFound, NotPrivate; ProofFailed, ComponentUnavailable
 */
export async function checkName({ input, kind, operation, services }: OperationContext): Promise<void> {
  const org = await services.host.accountOf(operation.org)
  if (org === undefined) throw new AtollError('NotFound', { package: operation.org })
  const name = parsePackageName(kind.packageOf(input))
  if (name.scope !== undefined && name.scope === org.handle) return
  if (await services.names.has(operation.org, name)) return
  throw new AtollError('NotPrivate', { package: name.name })
}
