import type { Enforcer } from '#common/authz/index.ts'
import { type Db, network } from '../schema/index.ts'

/** Whether somebody may read every package that an organisation has, by whatever rules. */
export async function readsAll(db: Db, enforcer: Enforcer, org: string, viewer: string): Promise<boolean> {
  const named = (table: 'package' | 'version') =>
    db.selectFrom(table).where('network', '=', network).where('org', '=', org).select('name')
  const names = await named('package').union(named('version')).execute()
  const mayRead = enforcer.allowsEach(viewer, 'read')
  return names.every(({ name }) => mayRead(name))
}
