/** Every key of every table begins with the network (DESIGN §4), so that the public one can move in beside it. */
export type Network = 'private' | 'public'

/** Where a repository stands. A repository that is read again keeps what it was until that succeeds. */
export type RepoState = 'pending' | 'synchronised' | 'desynchronised'

export interface Keyed {
  network: Network
}
