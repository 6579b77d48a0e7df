import type { Requester } from '../../auth/sign-in/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { HeldBack, OpenedApproval } from '../../operations/index.ts'
import type { StagedVersion } from '../../stages/index.ts'
import type { PublishDocument } from './read-document.ts'
import type { Upload } from './upload/index.ts'

/** One `PUT /:package` on its way through the steps. */
export interface PublishRequest {
  gateway: Pick<
    GatewayContext,
    | 'lookup'
    | 'peers'
    | 'ceremony'
    | 'jobs'
    | 'stages'
    | 'parked'
    | 'updates'
    | 'clock'
    | 'config'
    | 'provenance'
    | 'jobTokens'
  >
  session: Session
  requester: Requester
  /** What npm sent as `npm-otp`. */
  otp: string | undefined
  /** A job's ID token for these bytes, which `atoll publish` sends as `atoll-id-token`. */
  jobToken: string | undefined
  document: PublishDocument
  tarball: NonNullable<Upload['tarball']>
  /** SHA-256 of what is asked for, without times. */
  fingerprint: Buffer
}

export type PublishAnswer =
  | { kind: 'published'; heldBack: HeldBack }
  | { kind: 'asked'; approval: OpenedApproval }
  | { kind: 'staged'; staged: StagedVersion }
