import { toDatetimeString } from '@atproto/syntax'
import type { Clock } from '#common/clock/index.ts'
import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'
import { resetPasskeys } from './resets.ts'

/** For administrators, by the appliance: somebody lost their passkeys, or was here before there were any. */
export function mountResetPasskeys({ server, auth, db, log }: PdsHost<OrgTables>, clock: Clock): void {
  method(server, app.npm.operation.resetPasskeys, {
    auth: peerAuthorizer(auth)(['appliance']),
    handler: async ({ input: { did, reason }, auth: { iss: by } }) => {
      const { removed, from, until } = await resetPasskeys(db, did, { now: clock.now(), reason, by })
      log.warn({ did, reason, by, removed, from }, "a person's passkeys were reset")
      return { removed, mayAddFrom: toDatetimeString(from), mayAddUntil: toDatetimeString(until) }
    },
  })
}
