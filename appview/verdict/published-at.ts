import type { InternalFacts } from './facts/version-facts.ts'

/**
 * When a version was published, for everything that is about its age: when we first saw it, for `createdAt` is the publisher's
 * word, and quarantines of young versions, and npm's 72 hours, must not hang on that. An imported version was there before we
 * knew of it: then it is what its record says, which a manager approved, and never later than our first sight.
 */
export function publishedAt(
  row: { created_at: string },
  { judgement, firstSeenAt }: Pick<InternalFacts, 'judgement' | 'firstSeenAt'>,
): Date {
  if (judgement?.method !== 'import') return firstSeenAt
  return new Date(Math.min(Date.parse(row.created_at), firstSeenAt.getTime()))
}
