import { Readable } from 'node:stream'
import { P256Keypair } from '@atproto/crypto'
import type { Operation } from '@did-plc/lib'
import type { ComponentConfig } from '#common/config/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { type CallOptions, createXrpcClient, sendXrpc } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { EdgePeer } from './config.ts'

/** An account, and the handle of its public face. */
export interface Face {
  did: string
  handle: string
}

/** What the public identity of an account has to name. */
export interface ReservedFace {
  /** did:key of the public repository's signing key. */
  signingKey: string
  /** did:keys: the offline recovery key of public faces, then the edge's own. */
  rotationKeys: string[]
  endpoint: string
}

export interface FaceBlob {
  did: string
  cid: string
  size: number
  mimeType: string
}

export interface FaceWrite {
  collection: string
  rkey: string
  /** With its $type. */
  record: RecordValue
  /** What it has to be stored as. */
  cid: string
}

export interface PresentRecord {
  collection: string
  rkey: string
  cid: string
}

export interface FaceState {
  handle: string
  /** False while it is reserved and no more. */
  active: boolean
  rev?: string | undefined
  /** In the order of their addresses. */
  records: PresentRecord[]
  /** Of the next page. */
  cursor?: string | undefined
}

/** The edge PDS of one role, for the inside PDS of that role. Everything may be repeated. */
export interface EdgeClient {
  readonly peer: EdgePeer
  /** @throws HandleTaken when the handle is another account's; ComponentUnavailable */
  reserve(face: Face, options?: CallOptions): Promise<ReservedFace>
  /** @throws FaceNotReserved, InvalidOperation, FaceDiffers, DirectoryUnavailable, ComponentUnavailable */
  provision(
    face: Face,
    operations: readonly [genesis: Operation, identity: Operation],
    options?: CallOptions,
  ): Promise<void>
  /**
   * Sends the bytes of a blob ahead of the records that refer to it.
   * @param bytes a stream can be sent once: who tries again opens it again
   * @throws RepoNotFound, BlobDiffers, EdgeFull, PayloadTooLarge, ComponentUnavailable
   */
  putBlob(blob: FaceBlob, bytes: Readable | Blob, options?: CallOptions): Promise<void>
  /**
   * Writes one page of `pagesOf`, as one commit or not at all.
   * @throws RepoNotFound, InvalidRequest, RecordDiffers, RecordExists, BlobsMissing, ComponentUnavailable
   */
  putRecords(
    did: string,
    writes: readonly FaceWrite[],
    options?: CallOptions,
  ): Promise<{ rev: string; written: number }>
  /** @throws RepoNotFound when nothing is reserved for it; ComponentUnavailable */
  getState(
    did: string,
    page?: { limit?: number; cursor?: string | undefined },
    options?: CallOptions,
  ): Promise<FaceState>
}

// A blob of half a gigabyte has to get through; the rest is as quick as the public directory.
const blobTimeoutMs = 600_000
const timeoutMs = 60_000

/** @param self the inside PDS: the edge takes pushes from it alone */
export async function createEdgeClient(options: {
  self: ComponentConfig['self']
  peer: EdgePeer
}): Promise<EdgeClient> {
  const { self, peer } = options
  const keypair = await P256Keypair.import(Buffer.from(self.privateKeyHex, 'hex'))
  const tokenFor = (method: string) => signServiceToken(keypair, { issuer: self.did, audience: peer.did, method })
  const title = 'edge PDS'
  const client = createXrpcClient({ title, url: peer.url, tokenFor })
  const { reserve, provision, putBlob, putRecords, getState } = app.npm.edge
  return {
    peer,
    reserve: (face, call) => client.call(reserve, { input: face as never, timeoutMs, ...call }),
    async provision(face, operations, call) {
      await client.call(provision, { input: { ...face, operations: [...operations] } as never, timeoutMs, ...call })
    },
    async putBlob(blob, bytes, call) {
      const search = new URLSearchParams({ ...blob, size: String(blob.size) })
      const headers = {
        authorization: `Bearer ${await tokenFor(putBlob.$lxm)}`,
        'content-type': 'application/octet-stream',
      }
      const body = bytes instanceof Readable ? (Readable.toWeb(bytes) as ReadableStream) : bytes
      const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
      await sendXrpc(title, `${peer.url}/xrpc/${putBlob.$lxm}?${search}`, init, { timeoutMs: blobTimeoutMs, ...call })
    },
    putRecords: (did, writes, call) =>
      client.call(putRecords, { input: { did, writes: [...writes] } as never, timeoutMs, ...call }),
    getState: (did, page = {}, call) =>
      client.call(getState, { params: { did, ...page } as never, timeoutMs, ...call }),
  }
}
