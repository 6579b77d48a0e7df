import { checkMayPublishAll } from '../../imports/index.ts'
import { groupsOfCaller } from '../check-permission.ts'
import { required } from '../context.ts'
import type { ImportContext } from './context.ts'

/** An attestation counts only by somebody who may publish the package, so whoever imports must be one. @throws Forbidden */
export async function checkMayPublish(context: ImportContext): Promise<void> {
  const { caller, list, operation, services } = context
  const { did, handle = did } = required(caller, 'verifyCaller')
  context.groups = await groupsOfCaller(context)
  const groups = [...context.groups]
  const names = required(list, 'receiveList').packages.map(({ name }) => name)
  await checkMayPublishAll(services, { org: operation.org, did, handle, groups, names })
}
