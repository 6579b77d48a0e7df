import type { InspectedTarball } from '#common/tarball/index.ts'
import type { PublishRequest } from './context.ts'

/**
 * Verifies the Sigstore bundle as the people PDS and the org PDS will. Whether it names the source that the package declared
 * is for policy to judge, at every install anew.
 * @throws InvalidProvenance with the reason
 */
export async function verifyBundle(
  { gateway, document }: PublishRequest,
  { integrity }: InspectedTarball,
): Promise<void> {
  const { name, version, bundle } = document
  if (bundle !== undefined) await gateway.provenance.verify(bundle, { name: name.name, version, integrity })
}
