import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { PublishContext } from './context.ts'

/** An organisation's packages are those of its handle. @throws NotFound, NotPrivate */
export async function checkName({ input: { name }, operation, services }: PublishContext): Promise<void> {
  const org = await services.host.accountOf(operation.org)
  if (org === undefined) throw new AtollError('NotFound', { package: operation.org })
  if (parsePackageName(name).scope !== org.handle) throw new AtollError('NotPrivate', { package: name })
}
