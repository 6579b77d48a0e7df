import type { RecordValue } from '#common/records/index.ts'

/** One record to be written. Nothing is ever deleted here: what no longer counts is superseded. */
export interface RecordWrite {
  /** `create` refuses to replace another record; both do nothing when exactly this record is there already. */
  action: 'create' | 'put'
  collection: string
  rkey: string
  /** With its $type. */
  record: RecordValue
}

/** What allowed a write; it goes into the log. */
export interface Approval {
  /** DID of the person, or of the component that acts in its own right. */
  by: string
  /** NSID of the procedure. */
  procedure: string
  /** Hash of the approved operation, where there is one. */
  op?: Uint8Array | undefined
}

/** A blob that the written records refer to, as a durable file that the host takes over. */
export interface BlobFile {
  path: string
  cid: string
  size: number
  mimeType: string
}

export interface WrittenRecord {
  uri: `at://${string}`
  cid: string
}
