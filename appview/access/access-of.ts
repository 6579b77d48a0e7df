import type { Enforcer } from '#common/authz/index.ts'

/** In npm's words: `write` is to publish. */
export type PackageAccess = 'read' | 'write'

/**
 * @param subject a DID; or `team:<name>`, for what somebody may do who is in that team and in no other
 * @returns undefined for packages that are none of theirs
 */
export function accessOf(enforcer: Enforcer, subject: string): (packageName: string) => PackageAccess | undefined {
  const [mayPublish, mayRead] = [enforcer.allowsEach(subject, 'publish'), enforcer.allowsEach(subject, 'read')]
  return (name) => (mayPublish(name) ? 'write' : mayRead(name) ? 'read' : undefined)
}
