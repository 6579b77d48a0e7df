/**
 * Letters and digits only, lower case. Names and questions are taken apart by the same rule and before Postgres sees them: its
 * own parser takes `acme.test/hello-world` for the address of a file, and nothing in a word can be an operator of its queries.
 */
export function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
