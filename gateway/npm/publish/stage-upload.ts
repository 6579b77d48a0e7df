import type { InspectedTarball } from '#common/tarball/index.ts'
import type { StagedVersion, Stager } from '../../stages/index.ts'
import type { Organisation } from '../find-organisation.ts'
import type { PublishRequest } from './context.ts'
import { writeBundle } from './write-bundle.ts'

/**
 * Parks a version, with what says where it was built, for as long as it may wait for somebody's approval. The bytes come first: a kill
 * between the two leaves files that nobody needs, and never a version without its bytes.
 * @throws AlreadyStaged, StageFull
 */
export async function stageUpload(
  { gateway, document, tarball }: PublishRequest,
  { org, inspected, stager }: { org: Organisation; inspected: InspectedTarball; stager: Stager },
): Promise<StagedVersion> {
  const { parked, stages } = gateway
  const { integrity, shasum, size } = inspected
  await using bundle = document.bundle && (await writeBundle(gateway, document.bundle))
  using held = new DisposableStack()
  for (const upload of bundle === undefined ? [tarball] : [tarball, bundle]) {
    held.use(parked.hold(upload.digests.integrity))
    await parked.park(upload)
  }
  return stages.add({
    org: org.did,
    org_handle: org.handle,
    name: document.name.name,
    version: document.version,
    tag: document.tag,
    integrity,
    shasum,
    size,
    bundle_integrity: bundle?.digests.integrity ?? null,
    bundle_size: bundle?.digests.size ?? 0,
    staged_by: stager.id,
    staged_by_name: stager.name,
  })
}
