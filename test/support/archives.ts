import { gzipSync } from 'node:zlib'
import { Header, type HeaderData } from 'tar'

export interface Entry extends HeaderData {
  path: string
  body?: string | Uint8Array
}

const blockBytes = 512

/** The raw blocks of one entry, as no packing tool would write them. */
export function entryBlocks({ body = '', ...header }: Entry): Buffer {
  const content = Buffer.from(body)
  const block = Buffer.alloc(blockBytes)
  new Header({ type: 'File', mode: 0o644, size: content.length, ...header }).encode(block)
  return Buffer.concat([block, content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)])
}

export function tarOf(...entries: Entry[]): Buffer {
  return Buffer.concat([...entries.map(entryBlocks), Buffer.alloc(2 * blockBytes)])
}

/** A tarball of exactly these entries. */
export function tarballOf(...entries: Entry[]): Buffer {
  return gzipSync(tarOf(...entries))
}

/** A valid package.json, as an entry. @param changes merged into it */
export function packageJsonEntry(changes: Record<string, unknown> = {}): Entry {
  const manifest = { name: '@acme.test/hello', version: '1.0.0', ...changes }
  return { path: 'package/package.json', body: JSON.stringify(manifest) }
}
