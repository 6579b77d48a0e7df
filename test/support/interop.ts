import { readFileSync } from 'node:fs'

const root = new URL('../fixtures/atproto-interop/', import.meta.url)

/** The protocol's own test vectors (CC0). @param file such as `mst/key_heights.json` */
export function interopJson<Vector>(file: string): Vector[] {
  return JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Vector[]
}

/** Vectors that are one per line; lines that begin with # are comments, and so are empty ones. */
export function interopLines(file: string): string[] {
  return readFileSync(new URL(file, root), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}
