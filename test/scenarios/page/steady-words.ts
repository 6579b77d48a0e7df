/** What a DID or an address is called on the page. */
export type Names = ReadonlyMap<string, string>

const hourMs = 3_600_000

/** The words of an answer that are the same in every run. */
export function steady(text: string, names: Names): string {
  let known = text
  for (const [word, name] of names) known = known.replaceAll(word, name)
  return known
    .replaceAll(/did:(plc|web):[a-z0-9:%.]+/gi, 'a DID')
    .replaceAll(/bafyrei[a-z2-7]+/g, 'a CID')
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'a date')
    .replaceAll(/(localhost|127\.0\.0\.1):\d+/g, '$1')
}

/** In whole hours or days: tests take minutes, and none of them takes as long. */
export function durationOf(ms: number): string {
  const hours = Math.round(ms / hourMs)
  return hours <= 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}
