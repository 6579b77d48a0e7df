import { versionKey } from '#common/names/index.ts'
import type { DueSubject } from '../due/index.ts'
import { network, publicNetwork, type Tx } from '../schema/index.ts'

type PrivateSubject = Extract<DueSubject, { source: 'private' }>
type UpstreamSubject = Extract<DueSubject, { source: 'upstream' }>

/**
 * Takes out of the index what was read of purged versions' files: README and provenance. It is part of rendering a package, so that an
 * index that is made anew comes to the same, and never asks for what is deleted.
 */
export async function forgetFiles(
  tx: Tx,
  { org, name }: PrivateSubject,
  purged: readonly { version: string; readme_cid: string | null }[],
): Promise<void> {
  if (purged.length === 0) return
  const versions = purged.map(({ version }) => version)
  await tx
    .deleteFrom('provenance')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('version', 'in', versions)
    .execute()
  const readmes = purged.flatMap(({ readme_cid: cid }) => cid ?? [])
  if (readmes.length === 0) return
  await tx
    .updateTable('readme')
    .set({ cid: null, text: null })
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('cid', 'in', readmes)
    // Another version has the same one.
    .whereRef('cid', '<>', 'wanted')
    .execute()
}

/** The same of what comes from outside: of a purged version's files there are only its attestations here, and the README of one that is shown. */
export async function forgetAttestations(
  tx: Tx,
  { registry, name }: UpstreamSubject,
  versions: readonly string[],
): Promise<void> {
  if (versions.length === 0) return
  await tx
    .deleteFrom('upstream_attestation')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .where('version', 'in', versions)
    .execute()
  // A registry is no DID, so of its packages there are none.
  const rkeys = versions.map((version) => versionKey(name, version))
  await tx
    .deleteFrom('mirror_bundle')
    .where('network', '=', publicNetwork)
    .where('did', '=', registry)
    .where('rkey', 'in', rkeys)
    .execute()
}
