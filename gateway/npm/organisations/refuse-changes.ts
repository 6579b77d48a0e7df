import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'

/** What npm would change about organisations in one go that takes several operations here, and the commands for these. */
const changes = [
  ['PUT', '/-/team/:scope/:team/package', 'Granting access with npm', 'use "atoll permission add"'],
  ['DELETE', '/-/team/:scope/:team/package', 'Revoking access with npm', 'use "atoll permission remove"'],
  [
    'PUT',
    '/-/org/:scope/user',
    'Adding to an organisation',
    'its teams and permissions say who belongs to it: "atoll team add"',
  ],
  [
    'DELETE',
    '/-/org/:scope/user',
    'Removing from an organisation',
    'its teams and permissions say who belongs to it: "atoll team remove"',
  ],
] as const

/** Without these npm's own words would be that the organisation or team is missing. */
export function refuseChanges(scope: Server): void {
  for (const [method, url, what, reason] of changes) {
    scope.route({
      method,
      url,
      handler: async () => {
        throw new AtollError('NotSupported', { what, reason })
      },
    })
  }
}
