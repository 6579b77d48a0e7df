/** Hosts of accounts, where only certain ones are followed: whoever is hosted there counts as nothing else (DESIGN §2). */
export interface Parties {
  /** Origins of PDSes whose accounts publish. */
  org: readonly string[]
  /** Origins of PDSes whose accounts attest. */
  people: readonly string[]
  /** Accounts that are taken up at most. */
  maxAccounts: number
}

export type Party = 'org' | 'people'

/** @param pds origin @returns undefined for a host that is none of them */
export function partyAt({ org, people }: Parties, pds: string | null | undefined): Party | undefined {
  if (pds == null) return undefined
  if (org.includes(pds)) return 'org'
  return people.includes(pds) ? 'people' : undefined
}
