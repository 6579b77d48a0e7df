import type { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import type { GatewayLimits } from '../../../config.ts'
import { type FileDigests, TemporaryFile } from '../../../files/index.ts'
import { Base64Decoder } from './base64-decoder.ts'
import { PublishBodyScanner } from './scan-publish-body.ts'

/** The body of a publish, taken apart. Disposing of it removes the file, unless it was kept. */
export interface Upload extends AsyncDisposable {
  /** The JSON document, without the tarball. */
  document: unknown
  /** Undefined when nothing was attached, as when npm changes a package's metadata. */
  tarball: { attachment: string; file: TemporaryFile; digests: FileDigests } | undefined
}

interface Receiving {
  folder: string
  limits: Pick<GatewayLimits, 'tarballBytes' | 'documentBytes'>
}

/**
 * Takes in the body of a publish: the tarball onto the disk, the document into memory, both bounded.
 * @throws InvalidRequest, PayloadTooLarge; then nothing is left on the disk
 */
export async function receiveUpload(body: Readable, { folder, limits }: Receiving): Promise<Upload> {
  const receiver = new UploadReceiver(folder, limits)
  try {
    const scanner = new PublishBodyScanner()
    // Not destroyed when we stop early: the answer has to go out on the same connection.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      for (const piece of scanner.scan(chunk as Buffer)) {
        if (piece.kind === 'document') receiver.addDocument(piece.bytes)
        else await receiver.addData(piece.attachment, piece.bytes)
      }
    }
    return await receiver.finish()
  } catch (error) {
    await receiver[Symbol.asyncDispose]()
    throw error
  }
}

class UploadReceiver implements AsyncDisposable {
  readonly #folder: string
  readonly #limits: Receiving['limits']
  readonly #document: Buffer[] = []
  readonly #decoder = new Base64Decoder()
  #documentBytes = 0
  #tarball: { attachment: string; file: TemporaryFile } | undefined

  constructor(folder: string, limits: Receiving['limits']) {
    this.#folder = folder
    this.#limits = limits
  }

  addDocument(bytes: Buffer): void {
    this.#documentBytes += bytes.length
    if (this.#documentBytes > this.#limits.documentBytes) throw tooLarge(this.#limits.documentBytes)
    this.#document.push(bytes)
  }

  async addData(attachment: string, bytes: Buffer): Promise<void> {
    this.#tarball ??= await this.#begin(attachment)
    if (this.#tarball.attachment !== attachment) throw refuse('it must have exactly one tarball attached')
    const { file } = this.#tarball
    const decoded = this.#decoder.push(bytes)
    if (file.size + decoded.length > this.#limits.tarballBytes) throw tooLarge(this.#limits.tarballBytes)
    await file.write(decoded)
  }

  async finish(): Promise<Upload> {
    const document = parseJson(Buffer.concat(this.#document))
    this.#decoder.end()
    if (this.#tarball === undefined) return { document, tarball: undefined, [Symbol.asyncDispose]: async () => {} }
    const { attachment, file } = this.#tarball
    const digests = await file.finish()
    return {
      document,
      tarball: { attachment, file, digests },
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tarball?.file[Symbol.asyncDispose]()
  }

  async #begin(attachment: string): Promise<{ attachment: string; file: TemporaryFile }> {
    return { attachment, file: await TemporaryFile.create(this.#folder) }
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: 'the body is not valid JSON' }, cause)
  }
}

function refuse(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}

function tooLarge(limitBytes: number): AtollError {
  return new AtollError('PayloadTooLarge', { limitBytes })
}
