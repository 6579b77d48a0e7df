import type { TrustedPublisher } from '#common/operations/index.ts'

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
  retired: false
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
export type RightValue = TeamValue | PermissionValue | TrustedPublisherValue | ClaimValue

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

/** What an organisation says of a package beside its versions. */
export type MetadataValue = TagValue | DeprecationValue | RetirementValue
