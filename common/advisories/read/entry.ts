/** A document of a source: parsed, or what keeps it from being. */
export type OsvEntry = { /** For messages. */ name: string; bytes: number } & ({ value: unknown } | { problem: string })

/** No advisory is a tenth of that; what is larger is none. */
export const maxEntryBytes = 16 * 2 ** 20

export function parseEntry(name: string, text: string): OsvEntry {
  const bytes = text.length
  try {
    return { name, bytes, value: JSON.parse(text) }
  } catch {
    return { name, bytes, problem: 'it is not JSON' }
  }
}

export function tooLarge(name: string): OsvEntry {
  return { name, bytes: 0, problem: `it is larger than ${maxEntryBytes / 2 ** 20} MiB` }
}
