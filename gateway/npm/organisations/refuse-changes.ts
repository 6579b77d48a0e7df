import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'

/** What npm would change about organisations, and the commands that do it here. */
const changes = [
  ['PUT', '/-/org/:scope/team', 'Creating a team with npm', 'use "atoll team create"'],
  ['DELETE', '/-/team/:scope/:team', 'Removing a team with npm', 'use "atoll team delete"'],
  ['PUT', '/-/team/:scope/:team/user', 'Adding to a team with npm', 'use "atoll team add"'],
  ['DELETE', '/-/team/:scope/:team/user', 'Removing from a team with npm', 'use "atoll team remove"'],
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
