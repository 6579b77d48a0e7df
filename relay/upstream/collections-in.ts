/** What kinds of records there are, each once; what is deleted says nothing of what is left. */
export function collectionsIn(entries: readonly { collection: string; cid: string | null }[]): string[] {
  return [...new Set(entries.filter(({ cid }) => cid !== null).map(({ collection }) => collection))]
}
