import type { Readable } from 'node:stream'
import type { BoxNames } from './closure/box-names.ts'

/** Everything that a promotion would make public, and the facts it is judged by. Gathered by the caller. */
export interface PreflightSubject {
  /** What the package record says; of its declared source every word, since it is public as a whole. */
  package: {
    name: string
    description?: string
    license?: string
    homepage?: string
    keywords?: readonly string[]
    source?: readonly string[]
  }
  organisation: {
    handle: string
    /** The handle is verified on the public network, in both directions, for this organisation. */
    handleProven: boolean
  }
  /** A source is declared with approval (`app.npm.package.record`). */
  sourceDeclared: boolean
  versions: readonly VersionSubject[]
  names: BoxNames
  settings: PreflightSettings
}

export interface VersionSubject {
  version: string
  /** What the version record says of the tarball; the bytes are held to it. */
  record: { integrity: string; manifest: Uint8Array; readmeCid?: string }
  /** Called once per run. */
  openTarball: () => Promise<Readable | Uint8Array>
  provenance: ProvenanceState
  attestation: { state: 'valid' } | { state: 'missing' } | { state: 'invalid'; reason: string }
  labels: readonly { val: string; effect: 'block' | 'warn' | 'note'; source: string; reason?: string }[]
  /** Messages that are published with it; absent when it is neither. */
  deprecation?: string
  retirement?: string
}

export type ProvenanceState =
  | { state: 'verified' | 'unread'; bundle: Uint8Array }
  | { state: 'invalid'; bundle: Uint8Array; reason: string }
  | { state: 'missing' }

export interface PreflightSettings {
  /** Domains nobody outside should hear of, with all below them: `corp.acme.com`, the suffix of internal handles. */
  internalDomains: readonly string[]
  /** Hosts of the box's own URLs, inside and outside. */
  internalHosts: readonly string[]
  /** Exempt from both: the public gateway, `docs.acme.com`. */
  publicHosts: readonly string[]
  /** What the company's mail addresses end in. */
  mailDomains: readonly string[]
}
