import type { StagedVersion } from '../../stages/index.ts'

/** As npm shows it (its lib/utils/key-values.js), and what else there is to know. */
export function describeStaged(staged: StagedVersion): Record<string, unknown> {
  const { id, name, version, tag, staged_by: stagedBy, staged_by_name: actor, state, reason, decided_by: by } = staged
  return {
    id,
    packageName: name,
    version,
    tag,
    createdAt: staged.created_at.toISOString(),
    actor,
    actorType: stagedBy.startsWith('at://') ? 'trusted publisher' : 'user',
    shasum: staged.shasum,
    integrity: staged.integrity,
    size: Number(staged.size),
    provenance: staged.bundle_integrity !== null,
    expiresAt: staged.expires_at.toISOString(),
    ...(state === 'waiting' ? {} : { state, 'rejected by': by, reason }),
  }
}
