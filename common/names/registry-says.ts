/** What the registry's repository has under the key of a name; undefined for what it does not have. */
export interface RegistryRecords {
  grant: RegistryGrant | undefined
  change: RegistryChange | undefined
}

interface StrongRef {
  uri: string
  cid: string
}

interface RegistryGrant {
  org: string
  claim?: StrongRef | undefined
  withdrawn?: boolean | undefined
}

interface RegistryChange {
  from: string
  to: string
  claim: StrongRef
  transfer: StrongRef
  withdrawn?: boolean | undefined
}

/** The registry's half of whose a name is. */
export interface RegistryWord {
  /** DID of the organisation. */
  org: string
  /** By which it claims it; undefined for a scope that was its handle. */
  claim: StrongRef | undefined
  /** By which it was handed over; undefined for a grant. */
  transfer: (StrongRef & { from: string }) | undefined
  /** It was taken back: the name stays with nobody but this organisation. */
  withdrawn: boolean
}

/**
 * A change goes before the grant it moved the name away from. What a change gave and the registry took back, only a grant to the
 * same organisation gives again.
 * @returns undefined when the registry says nothing of the name
 */
export function whatRegistrySays({ grant, change }: RegistryRecords): RegistryWord | undefined {
  const granted = grant && {
    org: grant.org,
    claim: grant.claim,
    transfer: undefined,
    withdrawn: grant.withdrawn === true,
  }
  if (change === undefined) return granted
  const { from, to: org, claim, transfer, withdrawn = false } = change
  if (withdrawn && granted?.org === org) return granted
  return { org, claim, transfer: { ...transfer, from }, withdrawn }
}
