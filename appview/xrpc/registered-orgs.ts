import { network } from '../schema/index.ts'
import type { XrpcContext } from './context.ts'

/** DIDs of the organisations the registry names. */
export async function registeredOrgs({ db }: Pick<XrpcContext, 'db'>): Promise<string[]> {
  const rows = await db.selectFrom('registry_org').where('network', '=', network).orderBy('org').select('org').execute()
  return rows.map(({ org }) => org)
}
