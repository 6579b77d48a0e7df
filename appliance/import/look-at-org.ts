import type { DidString } from '@atproto/syntax'
import type { Admin, Org } from '#appliance/admin/index.ts'
import { app } from '#lexicons'
import type { PackageState } from './plan/plan-package.ts'

/** Why a name cannot be imported to; undefined when it belongs to the organisation. */
export async function refuseName({ appview, did }: Admin, org: Org, name: string): Promise<string | undefined> {
  const found = await appview.call(app.npm.registry.resolveName, { params: { name, viewer: did } })
  if (found.source === 'private' && found.org === org.did) return undefined
  if (found.source === 'private') return 'the name belongs to another organisation here'
  return `the name does not belong to ${org.handle}: names are those of its handle (@${org.handle}/…), and those it was granted`
}

/** What the organisation's repository has of a package. */
export async function stateOf({ org: pds }: Admin, org: Org, name: string): Promise<PackageState> {
  const params = { org: org.did as DidString, name }
  const { versions, tags, deprecations } = await pds.call(app.npm.operation.getPackage, { params })
  return {
    versions: new Map(versions.map(({ version, integrity, shasum }) => [version, { integrity, shasum }])),
    tags: new Map(tags.map(({ tag, version }) => [tag, version])),
    deprecations: new Map(deprecations.map(({ version, message }) => [version, message])),
  }
}
