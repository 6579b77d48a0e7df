import { awaitRecord } from './await-record.ts'
import { awaitVersion } from './await-version.ts'
import { checkPermission } from './check-permission.ts'
import type { XrpcContext } from './context.ts'
import { getClaim } from './get-claim.ts'
import { getPackument } from './get-packument.ts'
import { getPerson } from './get-person.ts'
import { getStatus } from './get-status.ts'
import { getUpstreamTarball } from './get-upstream-tarball.ts'
import { getVersion } from './get-version.ts'
import { listCollaborators } from './list-collaborators.ts'
import { listMembers } from './list-members.ts'
import { listNames } from './list-names.ts'
import { listOrgs } from './list-orgs.ts'
import { listPackages } from './list-packages.ts'
import { listPermissions } from './list-permissions.ts'
import { listTeams } from './list-teams.ts'
import { listTrustedPublishers } from './list-trusted-publishers.ts'
import { resolveName } from './resolve-name.ts'
import { searchPackages } from './search-packages.ts'
import { subscribeUpdates } from './subscribe-updates.ts'

export type { XrpcContext } from './context.ts'

const methods = [
  resolveName,
  getClaim,
  listNames,
  checkPermission,
  getPackument,
  getPerson,
  getVersion,
  awaitVersion,
  awaitRecord,
  getUpstreamTarball,
  searchPackages,
  listOrgs,
  listTeams,
  listPermissions,
  listTrustedPublishers,
  listMembers,
  listPackages,
  listCollaborators,
  getStatus,
]

/** Mounts `app.npm.registry.*`. @returns what to dispose of before the server closes */
export function mountXrpc(context: XrpcContext): Disposable {
  for (const mount of methods) mount(context)
  return subscribeUpdates(context)
}
