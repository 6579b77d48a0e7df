import { parsePackageName } from '#common/names/index.ts'
import type { Manifest } from '../render/manifest-fields.ts'
import type { Tx } from '../schema/index.ts'
import { askElsewhere, capabilitiesOf, isExcepted, type OutsideFacts, traceTraits } from '../verdict/index.ts'
import { looksLike } from './looks-like.ts'
import type { KeptPackument } from './merge-packument.ts'
import { ownNames } from './own-names.ts'
import type { Sight } from './sights.ts'
import type { UpstreamKey } from './upstream-key.ts'
import { isUsed } from './uses.ts'

interface Known {
  document: KeptPackument['full']
  sights: ReadonlyMap<string, Sight>
  now: number
  privateNames: readonly string[]
}

/** The facts about every version of a package of a registry outside. */
export async function gatherUpstreamFacts(
  tx: Tx,
  key: UpstreamKey,
  { document, sights, now, privateNames }: Known,
): Promise<OutsideFacts[]> {
  const { name } = key
  const elsewhere = await askElsewhere(tx, { source: 'upstream', ...key }, Object.keys(document.versions))
  const similar = looksLike(parsePackageName(name), await ownNames(tx, privateNames))
  const neverUsed = !(await isUsed(tx, key))
  const dated = Object.entries(document.versions).map(([version, manifest]) => ({
    version,
    manifest,
    known: elsewhere(version),
    // Every version of the document was remembered just before.
    ...(sights.get(version) ?? { firstSeenAt: new Date(now), publishedAt: new Date(now) }),
  }))
  const traits = traceTraits(
    dated.map(({ manifest, known, ...one }) => ({
      ...one,
      capabilities: capabilitiesOf(manifest, {
        hasBindingGyp: false,
        publisher: publisherOf(manifest),
        hasProvenance: hasProvenance(manifest, known.provenance?.state),
      }),
      releases: (check) => isExcepted(check, known.exceptions, now),
    })),
  )
  return dated.map(({ version, manifest, known, firstSeenAt, publishedAt }) => ({
    source: key.registry.startsWith('did:') ? 'public' : 'upstream',
    name,
    version,
    now,
    firstSeenAt,
    publishedAt,
    traits: traits.get(version) ?? [],
    byCi: trustedPublisherOf(manifest) !== undefined || known.provenance?.state === 'verified',
    looksLike: similar,
    neverUsed,
    licence: licenceOf(manifest),
    ...known,
  }))
}

/** Names are told apart by what npm shows; CI jobs, which all have one name there, by the configuration they publish under. */
function publisherOf(manifest: Manifest): { id: string; name: string } | undefined {
  const user = manifest['_npmUser']
  if (!isMap(user) || typeof user['name'] !== 'string') return undefined
  const { name } = user
  // Of the public network, whoever they are called today.
  if (typeof user['email'] === 'string' && user['email'].startsWith('did:')) return { name, id: user['email'] }
  const trusted = trustedPublisherOf(manifest)
  return { name, id: trusted === undefined ? name : `ci ${JSON.stringify(trusted)}` }
}

/** https://docs.npmjs.com/trusted-publishers */
function trustedPublisherOf(manifest: Manifest): unknown {
  const user = manifest['_npmUser']
  return isMap(user) ? user['trustedPublisher'] : undefined
}

/** What was looked at counts; else that there is an attestation at all, as the registry says. */
function hasProvenance({ dist }: Manifest, state: string | undefined): boolean {
  if (state === undefined) return isMap(dist) && isMap(dist['attestations'])
  // Of what nobody read yet: else the next version could leave it out while a PDS keeps this one's back.
  return state === 'verified' || state === 'unread'
}

/** Old manifests have an object there. */
function licenceOf({ license }: Manifest): string | undefined {
  const named = isMap(license) ? license['type'] : license
  return typeof named === 'string' ? named : undefined
}

function isMap(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
