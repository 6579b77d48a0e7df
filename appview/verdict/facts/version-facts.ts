import type { WaivableCheck } from '#common/policy/index.ts'
import type {
  AdvisoryFact,
  ExceptionFact,
  LabelFact,
  ProvenanceFact,
  PublicFact,
  PurgeFact,
} from './known-elsewhere.ts'

/** What is known about a version when it is decided whether it may be installed. */
export type VersionFacts = InternalFacts | OutsideFacts

/** Of a version of an organisation of this network. */
export interface InternalFacts extends SharedFacts, SaidOfVersion {
  source: 'internal'
  cid: string
  /** CID of the first record ever seen in this version's place. */
  firstCid: string
  /** Another record was seen in its place at some time. */
  tampered: boolean
  /** How many people say they made exactly this record. */
  attestations: number
  /** The attestation by somebody who was permitted at the time; undefined when there is none. */
  judgement: Judgement | undefined
}

/** Of a version that comes from elsewhere. */
export interface OutsideFacts extends SharedFacts {
  source: 'public' | 'upstream'
  /** One of our own names that its name could be taken for. */
  looksLike: string | undefined
  /** Nobody here ever used any version of the package. */
  neverUsed?: boolean
  /** As its manifest has it; undefined when that names none. */
  licence: string | undefined
}

export interface Judgement {
  versionCid: string
  attestedBy: string
  handle: string | undefined
  attestationCid: string
  /** mfa, ci or import; undefined when the attestation was taken back since. */
  method?: string | undefined
  at: Date
}

/** What its organisation says of it beside its record, approved by somebody who may publish it. */
export interface SaidOfVersion {
  /** Undefined when nothing was ever said, empty when it is not deprecated any more. */
  deprecated: string | undefined
  retirement: { reason: string | undefined } | undefined
}

interface SharedFacts extends KnownElsewhere {
  name: string
  version: string
  /** The moment these are the facts of. */
  now: number
  /** When we first saw it. */
  firstSeenAt: Date
  /** From when its age counts: never what its publisher alone says. */
  publishedAt: Date
  traits: readonly Trait[]
  /** A CI job made it. */
  byCi: boolean
}

/** What other rooms know. */
export interface KnownElsewhere {
  labels: readonly LabelFact[]
  advisories: readonly AdvisoryFact[]
  provenance: ProvenanceFact | undefined
  exceptions: readonly ExceptionFact[]
  purge?: PurgeFact | undefined
  /** Of versions of the public network only. */
  inPublic?: PublicFact | undefined
}

/** Something a version has, and which version had it first without one in between that had it not. */
export interface Trait {
  /** Whom it concerns. */
  check: WaivableCheck
  /** Name of the script, command, dependency or publisher. */
  what: string
  /** The version that brought it. */
  by: string
  /** When that was published. */
  at: Date
  /** No version was there before that one. */
  first: boolean
  /** An exception lets that version have it, or a manager took it over from elsewhere. */
  released: boolean
}
