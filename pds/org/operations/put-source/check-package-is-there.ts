import { AtollError } from '#common/errors/index.ts'
import { packageKey } from '#common/names/index.ts'
import type { PutSourceInput } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { OperationContext } from '../context.ts'

/** Nothing is declared of a package that was never published, so the name is one of this organisation. @throws NotFound */
export async function checkPackageIsThere(context: OperationContext<PutSourceInput>): Promise<void> {
  const { input, operation, services } = context
  const collection = app.npm.package.record.main.$type
  const found = await services.host.findRecord(operation.org, collection, packageKey(input.name))
  if (found === undefined) throw new AtollError('NotFound', { package: input.name })
}
