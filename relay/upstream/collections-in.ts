/** What kinds of records there are, each once. */
export function collectionsIn(entries: readonly { collection: string; cid: string | null }[]): string[] {
  return [...new Set(entries.filter(({ cid }) => cid !== null).map(({ collection }) => collection))]
}
