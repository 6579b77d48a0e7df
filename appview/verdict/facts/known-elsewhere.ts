import type { DueSubject } from '../../due/index.ts'
import type { Db, Tx } from '../../schema/index.ts'

/**
 * What other rooms know about versions of a package, whether it is ours or comes from upstream.
 * @param subject the package
 * @param versions those that are asked about
 * @returns by version; a version about which nothing is known is not in it
 */
export type FactSource<Fact> = (
  db: Db | Tx,
  subject: DueSubject,
  versions: readonly string[],
) => Promise<ReadonlyMap<string, Fact>>

/** A label in effect on a version, its package or its publisher: not negated, not expired, of the right CID. */
export interface LabelFact {
  /** DID of the labeler. */
  src: string
  val: string
  /** What policy lets this labeler do: `block` and `warn` on public and upstream packages; `own` is the company's, and does all. */
  trust: 'own' | 'block' | 'warn'
  /** What the labeler says of it, where it does. */
  reason?: string | undefined
  /** RFC 3339. */
  cts: string
  exp?: string | undefined
}

/** An advisory about the package that has to do with this version. */
export interface AdvisoryFact {
  id: string
  /** Name of its source in the configuration, or a labeler's DID. */
  source: string
  severity: 'low' | 'moderate' | 'high' | 'critical'
  title: string
  url?: string | undefined
  /** The version is vulnerable; else it is among the first ones that are not any more. */
  affected: boolean
  /** A fix on this source's word need not wait for its age (DESIGN §5). */
  mayExpedite: boolean
  /** at-uri and CID of its record, where an organisation of this registry wrote it. */
  record?: { uri: string; cid: string } | undefined
}

/** What its provenance says against the source its package declared. */
export type ProvenanceFact =
  | {
      state: 'verified'
      repository: string
      commit?: string | undefined
      workflow?: string | undefined
      byDeclaredSource: boolean
    }
  | { state: 'mismatch' | 'invalid'; reason: string }
  /**
   * There is a bundle, and nobody looked at it yet: neither with provenance nor without. What is our own is read in a moment, and
   * must not be installed before; what comes from upstream is read when somebody first asks for it.
   */
  | { state: 'unread' }

/** Its bytes were deleted for good, here and in every cache. */
export interface PurgeFact {
  /** at-uri and CID of the record. */
  uri: string
  cid: string
  reason: string
  /** DID of who approved it. */
  by: string
  /** RFC 3339: since when it counts here. */
  at: string
}

/** Somebody entitled to it decided that checks do not stop this version, until a day. */
export interface ExceptionFact {
  /** at-uri and CID of the record. */
  uri: string
  cid: string
  /** Names of checks. */
  checks: readonly string[]
  /** RFC 3339. */
  until: string
  reason: string
  by: string
}

/** What the public network says of a version beside its manifest. */
export interface PublicFact {
  /** Of the repository it is in. */
  did: string
  /** CID of its record as it is now; undefined when that is gone. */
  cid: string | undefined
  /** Another record was seen in its place at some time. */
  tampered: boolean
  /** Its publisher withdrew it, if only for a while. */
  retired: boolean
  /** `two`: its organisation lists, or once listed, who has to attest its versions; `one`: nobody stands for it but the account itself. */
  parties: 'one' | 'two'
  /** Who of those listed attests exactly this record, and since when they are listed, as we saw it. */
  attested: { by: string; cid: string; listedAt: Date; judgedAt: Date } | undefined
}
