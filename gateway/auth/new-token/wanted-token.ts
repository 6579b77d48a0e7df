import { isValidPackagePattern } from '#common/authz/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { TokenAccess } from '../../database/tables.ts'
import { isCidr } from '../token/index.ts'

/** A token as somebody asks for it. */
export interface WantedToken {
  /** DID of the organisation it shall belong to; undefined: it is the person's. */
  org: string | undefined
  name: string
  description: string
  access: TokenAccess
  /** Names and patterns; undefined: every package the account may read or write. */
  packages: readonly string[] | undefined
  cidrs: readonly string[]
  /** How long it shall live; undefined leaves it to the policy. */
  days: number | undefined
}

export const accesses = ['read-only', 'read-write-stage-only', 'read-write'] as const satisfies TokenAccess[]

/** @throws InvalidRequest naming what is wrong */
export function checkWanted({ org, access, packages, cidrs }: WantedToken): void {
  if (org !== undefined && access !== 'read-only') throw invalid('a token of an organisation may only read')
  if (packages?.length === 0) throw invalid('it names no package')
  const stranger = packages?.find((pattern) => !isValidPackagePattern(pattern))
  if (stranger !== undefined) throw invalid(`"${stranger}" is not a package name or a pattern such as "@acme.com/*"`)
  const nowhere = cidrs.find((cidr) => !isCidr(cidr))
  if (nowhere !== undefined) throw invalid(`"${nowhere}" is not a network such as "10.0.0.0/8"`)
}

/** Who asks the same again, with a code, means the same token. */
export function fingerprintOf(wanted: WantedToken): Buffer {
  const { org, name, description, access, packages, cidrs, days } = wanted
  return sha256(JSON.stringify(['create token', org, name, description, access, packages, cidrs, days]))
}

function invalid(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
