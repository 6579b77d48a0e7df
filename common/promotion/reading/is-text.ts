import { extname } from 'node:path/posix'

// Whatever their first bytes are, Node and browsers read these as text: a NUL in a comment must not hide the rest.
const textExtensions = new Set(
  'js mjs cjs jsx ts mts cts tsx map json json5 css scss less html htm svg xml vue svelte md markdown txt yml yaml toml ini env sh'
    .split(' ')
    .map((extension) => `.${extension}`),
)

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** @param start the first bytes of the file @returns undefined for what is not text */
export function encodingOf(path: string, start: Uint8Array): Encoding | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return textExtensions.has(extname(path).toLowerCase()) || !start.includes(0) ? 'utf-8' : undefined
}
