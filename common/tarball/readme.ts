import { sha256 } from '#common/crypto/index.ts'
import { cidOfBlob } from '#common/records/index.ts'

export interface Readme {
  /** Inside the package. */
  path: string
  bytes: Uint8Array
  /** The CID of the bytes as a blob. */
  cid: string
  mimeType: 'text/markdown' | 'text/plain'
}

// In the order of preference; compared without regard to case.
const names = ['readme.md', 'readme.markdown', 'readme', 'readme.txt']

/** Whether a file may be the package's README. @param path inside the package */
export function isReadme(path: string): boolean {
  return names.includes(path.toLowerCase())
}

/** @param kept files of the package by path; names that differ in case only do not occur in a package */
export function findReadme(kept: ReadonlyMap<string, Uint8Array>): Readme | undefined {
  for (const name of names) {
    for (const [path, bytes] of kept) {
      if (path.toLowerCase() !== name) continue
      const markdown = name.endsWith('.md') || name.endsWith('.markdown')
      return { path, bytes, cid: cidOfBlob(sha256(bytes)), mimeType: markdown ? 'text/markdown' : 'text/plain' }
    }
  }
  return undefined
}
