import type { BlobStore as RepoBlobStore } from '@atproto/repo'

/** The bytes of one repository's blobs, as the embedded PDS asks for them. */
export interface RepoBlobs extends RepoBlobStore {
  /**
   * Takes over a file that is complete and durable, without reading it.
   * @returns the key under which it waits to be made permanent
   */
  takeFile(path: string): Promise<string>
  /** Gives up what waits under a key; does nothing when it does not exist. */
  dropTemp(key: string): Promise<void>
}

/** Where blobs are kept. */
export interface BlobStore {
  of(did: string): RepoBlobs
}
