import type { CommitEvent } from '../frames/shapes.ts'
import type { OpenCommit } from '../open-commit.ts'

/** A repository as whoever verifies it knows it. */
export interface KnownRepo {
  did: string
  /** did:key from the verified operation log. */
  signingKey: string
  /** Its last verified state; undefined for a repository never seen. */
  previous: { rev: string; data: string } | undefined
  /** Milliseconds since the epoch. */
  now: number
}

/** What the checks on the envelope alone look at. */
export interface ReceivedCommit {
  event: CommitEvent
  repo: KnownRepo
}

/** What every later check looks at: the blocks are open, and each hashes to its CID. */
export interface OpenedCommit extends ReceivedCommit, OpenCommit {}
