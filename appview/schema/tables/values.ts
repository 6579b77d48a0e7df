import type { TrustedPublisher } from '#common/operations/index.ts'
import type { DeclaredSource } from '#common/provenance/index.ts'
import type { app } from '#lexicons'

export interface TeamValue {
  kind: 'team'
  name: string
  description?: string | undefined
  members: string[]
  groups?: { issuer: string; id: string }[] | undefined
  retired: boolean
  createdAt: string
}

export interface PermissionValue {
  kind: 'permission'
  subject: string
  action: string
  packages: string
  effect: string
  retired: boolean
  createdAt: string
}

/** An organisation says that a name is its own. */
export interface ClaimValue {
  kind: 'claim'
  name: string
  /** The claim is taken back. */
  retired: boolean
  createdAt: string
}

/** An organisation hands a name over to another. */
export interface TransferValue {
  kind: 'transfer'
  name: string
  /** DID. */
  to: string
  /** It is called off. */
  retired: boolean
  createdAt: string
}

/** Which job of a CI system may publish which packages. */
export interface TrustedPublisherValue extends TrustedPublisher {
  kind: 'trustedPublisher'
  stageOnly: boolean
  retired: boolean
  createdAt: string
}

/** What an organisation says of itself, and what counts only when somebody who may manage it approved. */
export type RightValue = TeamValue | PermissionValue | TrustedPublisherValue | ClaimValue | TransferValue

export interface TagValue {
  kind: 'tag'
  tag: string
  version: string
  /** The tag is removed. */
  retired: boolean
  createdAt: string
}

export interface DeprecationValue {
  kind: 'deprecation'
  version: string
  /** Empty when the version is not deprecated any more. */
  message: string
  createdAt: string
}

export interface RetirementValue {
  kind: 'retirement'
  version: string
  reason?: string | undefined
  createdAt: string
}

/** The bytes of a version are deleted, for good. */
export interface PurgeValue {
  kind: 'purge'
  version: string
  reason: string
  createdAt: string
}

/** The same of a version that comes from upstream. */
export interface UpstreamPurgeValue extends Omit<PurgeValue, 'kind'> {
  kind: 'upstreamPurge'
}

/** Where the versions of a package are built. */
export interface SourceValue {
  kind: 'source'
  /** Undefined when none is declared any more. */
  source?: DeclaredSource | undefined
  createdAt: string
}

/** Checks of the policy that do not stop these versions, until a day. */
export interface ExceptionValue {
  kind: 'exception'
  /** A version, or a range. */
  versions: string
  checks: string[]
  /** RFC 3339. */
  until: string
  reason: string
  /** DIDs. */
  requestedBy?: string | undefined
  decidedBy: string
  withdrawn: boolean
  createdAt: string
}

/** What it says of vulnerable versions. */
export interface AdvisoryValue {
  kind: 'advisory'
  record: app.npm.security.advisory.Main
  createdAt: string
}

/** What an organisation says of a package beside its versions. */
export type MetadataValue =
  | TagValue
  | DeprecationValue
  | RetirementValue
  | PurgeValue
  | UpstreamPurgeValue
  | SourceValue
  | ExceptionValue
  | AdvisoryValue
