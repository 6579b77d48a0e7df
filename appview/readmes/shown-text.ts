/** As many bytes as npm's own registry shows of a README. */
const maxShownBytes = 65_536

/** The text of a README as a packument carries it: its beginning, in characters that Postgres can keep. */
export function shownText(bytes: Uint8Array): string {
  // With `stream` a character that the cut went through is left out, and not replaced.
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, maxShownBytes), { stream: true })
  return text.replaceAll('\0', '')
}
