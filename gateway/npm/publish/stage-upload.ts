import type { InspectedTarball } from '#common/tarball/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { StagedVersion, Stager } from '../../stages/index.ts'
import type { Organisation } from '../find-organisation.ts'
import type { PublishRequest } from './context.ts'

/**
 * Parks a version for as long as it may wait for somebody's approval. The bytes come first: a kill between the two leaves a file
 * that nobody needs, and never a version without its bytes.
 * @throws AlreadyStaged, StageFull
 */
export async function stageUpload(
  { parked, stages }: Pick<GatewayContext, 'parked' | 'stages'>,
  { document, tarball }: Pick<PublishRequest, 'document' | 'tarball'>,
  { org, inspected, stager }: { org: Organisation; inspected: InspectedTarball; stager: Stager },
): Promise<StagedVersion> {
  const { integrity, shasum, size } = inspected
  using _held = parked.hold(integrity)
  await parked.park(tarball)
  return stages.add({
    org: org.did,
    org_handle: org.handle,
    name: document.name.name,
    version: document.version,
    tag: document.tag,
    integrity,
    shasum,
    size,
    staged_by: stager.id,
    staged_by_name: stager.name,
  })
}
