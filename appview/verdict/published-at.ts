import type { KnownVersion } from './facts/gather-facts.ts'

/**
 * When a version was published, for everything that is about its age: when we first saw it, for `createdAt` is the publisher's
 * word, and quarantines of young versions, and npm's 72 hours, must not hang on that. An imported version was there before we
 * knew of it: then it is what its record says, which a manager approved, and never later than our first sight.
 */
export function publishedAt({ row, facts }: Pick<KnownVersion, 'row' | 'facts'>): Date {
  if (facts.judgement?.method !== 'import') return facts.firstSeenAt
  return new Date(Math.min(Date.parse(row.created_at), facts.firstSeenAt.getTime()))
}
