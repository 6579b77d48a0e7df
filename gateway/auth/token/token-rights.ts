import { matchesPackagePattern } from '#common/authz/index.ts'
import type { TokenAccess, TokenRow } from '../../database/tables.ts'
import { AddressList } from './address-list.ts'

/** What a token lets one do at most. */
export interface TokenRights {
  access: TokenAccess
  /** Names and patterns; undefined: every package the account may read or write. */
  packages: readonly string[] | undefined
  /** Undefined: from anywhere. */
  addresses: AddressList | undefined
}

export function rightsOf({ access, packages, cidrs }: Pick<RightsColumns, keyof RightsColumns>): TokenRights {
  return {
    access,
    packages: packages ?? undefined,
    addresses: cidrs.length === 0 ? undefined : new AddressList(cidrs),
  }
}

interface RightsColumns {
  access: TokenAccess
  packages: TokenRow['packages']
  cidrs: readonly string[]
}

/** @param name a normalised package name */
export function coversPackage({ packages }: Pick<TokenRights, 'packages'>, name: string): boolean {
  return packages === undefined || packages.some((pattern) => matchesPackagePattern(name, pattern))
}
