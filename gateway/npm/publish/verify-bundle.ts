import type { Provenance } from '#common/provenance/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import type { PublishRequest } from './context.ts'

/**
 * Verifies the Sigstore bundle as the people PDS and the org PDS will. Whether it names the source that the package declared
 * is for policy to judge, at every install anew.
 * @returns undefined when there is none
 * @throws InvalidProvenance with the reason
 */
export async function verifyBundle(
  { gateway, document }: PublishRequest,
  { integrity }: InspectedTarball,
): Promise<Provenance | undefined> {
  const { name, version, bundle } = document
  return bundle && gateway.provenance.verify(bundle, { name: name.name, version, integrity })
}
