import { AtollError } from '#common/errors/index.ts'
import type { app } from '#lexicons'
import { accesses, type WantedToken } from '../../auth/new-token/index.ts'

/** Without a word about what it may do, it may read. @throws InvalidRequest */
export function readWanted(input: app.npm.gateway.createToken.$InputBody): WantedToken {
  const { org, name, description = '', packages, cidrs = [], days } = input
  const access = accesses.find((known) => known === (input.access ?? 'read-only'))
  if (access === undefined) throw new AtollError('InvalidRequest', { reason: `"${input.access}" is no access` })
  return { org, name, description, access, packages: packages?.includes('*') ? undefined : packages, cidrs, days }
}
