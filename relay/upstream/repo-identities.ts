/** Whose repository something is, and who may speak for it. */
export interface RepoAccount {
  did: string
  /** The endpoint of its PDS. */
  pds: string
  /** did:key of the repository's signing key. */
  signingKey: string
}

/** All that a relay asks of identities, in whichever directory they are. */
export interface RepoIdentities {
  /**
   * @param options.fresh true asks again, for instance after a signature failed
   * @returns undefined for DIDs that are unknown, tombstoned, or not accounts of this network
   * @throws DirectoryUnavailable, IdentityInvalid
   */
  resolve(did: string, options?: { fresh?: boolean }): Promise<RepoAccount | undefined>
  forget(did: string): void
}
