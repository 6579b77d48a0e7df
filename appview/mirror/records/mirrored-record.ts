/** A record of a repository that was verified, as it is now. */
export interface MirroredRecord {
  collection: string
  rkey: string
  /** null when the record is gone. */
  cid: string | null
  record: Uint8Array | undefined
}

export function bytesOf(records: readonly Pick<MirroredRecord, 'record'>[]): number {
  return records.reduce((sum, { record }) => sum + (record?.length ?? 0), 0)
}
