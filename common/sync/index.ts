export type { KnownRepo } from './checks/context.ts'
export { decodeFrame, type Frame } from './frames/decode-frame.ts'
export { encodeErrorFrame, encodeFrame } from './frames/encode-frame.ts'
export type {
  AccountEvent,
  CommitEvent,
  CommitEventOp,
  IdentityEvent,
  InfoEvent,
  SyncEvent,
} from './frames/shapes.ts'
export { type Concerns, skimFrame } from './frames/skim-frame.ts'
export { keysInProof } from './keys-in-proof.ts'
export { limits } from './limits.ts'
export { type ProvenRecord, readRecordProof, readRecordState } from './read-record-proof.ts'
export { type RepoRecord, readRepo, type VerifiedRepo } from './read-repo.ts'
export { recordInProof } from './record-in-proof.ts'
export { type VerifiedCommit, type VerifiedOp, verifyCommit } from './verify-commit.ts'
export { type VerifiedSync, verifySync } from './verify-sync.ts'
export { SyncViolation, type ViolationReason } from './violation.ts'
