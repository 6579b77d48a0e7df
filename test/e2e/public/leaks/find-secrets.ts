import { CODEC_DCBOR, CODEC_RAW, toString as cidToText, decode } from '@atcute/cid'
import type { Captured } from '#test/support/recording-host.ts'
import { unfold } from './unfold.ts'

/** What nobody outside should come to know. */
export interface Secrets {
  /** Names and words, wherever they stand. */
  words: readonly string[]
  /** DIDs, CIDs, keys and digests, each as the whole of what it is. */
  exact: ReadonlySet<string>
}

export interface Sighting {
  secret: string
  where: string
}

const shapes = [
  /did:plc:[a-z2-7]{24}/g,
  /did:key:z[1-9A-HJ-NP-Za-km-z]+/g,
  /baf[a-z2-7]{56}/g,
  /[A-Za-z0-9+/]{86}==/g,
  /\b[0-9a-f]{40}\b/g,
  /\b[0-9a-f]{64}\b/g,
]
/** What stands in a CID before its 32 bytes of SHA-256; before that its version, 1, and whether it is of DAG-CBOR or of raw bytes. */
const multihash = '\x12\x20'

/** Every secret that can be read in what was captured, and where it was seen first. */
export function findSecrets(captured: Iterable<Captured>, { words, exact }: Secrets): Sighting[] {
  const sought = words.map((word) => ({ word, pattern: patternOf(word) }))
  const seen = new Map<string, string>()
  const note = (secret: string, where: string) => {
    if (!seen.has(secret)) seen.set(secret, where)
  }
  for (const { where, bytes } of captured) {
    for (const text of unfold(bytes)) {
      for (const { word, pattern } of sought) if (pattern.test(text)) note(word, where)
      for (const token of tokensIn(text)) if (exact.has(token)) note(token, where)
    }
  }
  return Array.from(seen, ([secret, where]) => ({ secret, where }))
}

function* tokensIn(text: string): Generator<string> {
  for (const shape of shapes) for (const [token] of text.matchAll(shape)) yield token
  for (let at = text.indexOf(multihash); at >= 0; at = text.indexOf(multihash, at + 1)) {
    const bytes = Buffer.from(text.slice(Math.max(at - 2, 0), at + 34), 'latin1')
    if (bytes.length === 36 && bytes[0] === 1 && (bytes[1] === CODEC_RAW || bytes[1] === CODEC_DCBOR))
      yield cidToText(decode(bytes))
  }
}

/** A port is not the beginning of another. */
function patternOf(word: string): RegExp {
  return new RegExp(`${word.replaceAll(/[^\w]/g, '\\$&')}${/\d$/.test(word) ? '(?!\\d)' : ''}`, 'i')
}
