import { AtollError } from '#common/errors/index.ts'
import { packageKey, versionKey } from '#common/names/index.ts'
import type { PreflightSubject, ProvenanceState, VersionSubject } from '#common/promotion/index.ts'
import { proveWitness } from '#common/proof/index.ts'
import { recordUri } from '#common/records/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { app } from '#lexicons'
import type { GatherContext } from './gather-context.ts'
import { openOwnBlob } from './open-own-blob.ts'
import { findAbout, findVersion } from './version-records.ts'

export interface AskedPreflight {
  /** DID. */
  org: string
  name: string
  versions: readonly string[]
  /** Names of private packages that are promoted as well. */
  together: readonly string[]
}

const atOnce = 8

type Facts = app.npm.registry.getPromotionFacts.$OutputBody
type VersionFacts = Facts['versions'][number]

/** Brings together what a preflight is judged by: bytes and records from here, the rest from the AppView. @throws NotFound */
export async function gatherSubject(context: GatherContext, asked: AskedPreflight): Promise<PreflightSubject> {
  const { host, config, peers } = context
  const { org, name, versions, together } = asked
  const account = await host.accountOf(org)
  const described = await host.findRecord(org, app.npm.package.record.$nsid, packageKey(name))
  if (account === undefined || described === undefined) throw new AtollError('NotFound', { package: name })
  const facts = await peers.appview.call(app.npm.registry.getPromotionFacts, {
    input: { org, name, versions: [...versions] } as never,
  })
  const { description, license, homepage, keywords, source } =
    described.record as unknown as app.npm.package.record.Main
  const said = { description, license, homepage, keywords, source: source && wordsOf(source) }
  return {
    package: { name, ...definedOnly(said) },
    organisation: { handle: account.handle, handleProven: facts.handleProven },
    sourceDeclared: facts.sourceDeclared,
    versions: await gatherVersions(context, asked, facts),
    names: { privateNames: facts.privateNames, packages: packagesOf(facts), together: new Set(together) },
    settings: config,
  }
}

/** Where it is built: repository, issuer, workflows, environments. */
function wordsOf({ $type: _, ...said }: app.npm.package.record.Source): string[] {
  return Object.values(said).flat()
}

/** In the order in which they are asked for. Each takes a proof, and perhaps a bundle. */
async function gatherVersions(context: GatherContext, asked: AskedPreflight, facts: Facts): Promise<VersionSubject[]> {
  const found = new Map<string, VersionSubject>()
  await forEachBounded(asked.versions, atOnce, async (version) => {
    found.set(version, await gatherVersion(context, asked, version, factsOf(facts, version)))
  })
  return asked.versions.flatMap((version) => found.get(version) ?? [])
}

async function gatherVersion(
  context: GatherContext,
  { org, name }: AskedPreflight,
  version: string,
  facts: VersionFacts | undefined,
): Promise<VersionSubject> {
  const { host } = context
  const { record, cid } = await findVersion(host, org, name, version)
  const deprecation = await findAbout(host, app.npm.package.deprecation.$nsid, org, name, version)
  const retirement = await findAbout(host, app.npm.package.retirement.$nsid, org, name, version)
  const said = { deprecation: deprecation?.record['message'], retirement: retirement && reasonOf(retirement.record) }
  return {
    version,
    record: {
      integrity: record.integrity,
      manifest: record.manifest,
      ...definedOnly({ readmeCid: record.readme && cidOf(record.readme) }),
    },
    openTarball: () => openOwnBlob(host, org, cidOf(record.tarball)),
    provenance: await provenanceOf(context, org, record, facts),
    attestation: await attestationOf(context, { org, name, version, cid, record }, facts),
    labels: facts?.labels ?? [],
    ...(definedOnly(said) as { deprecation?: string; retirement?: string }),
  }
}

/** The AppView says who attested, and that they were entitled; the attestation itself is proven here. */
async function attestationOf(
  { proofs }: GatherContext,
  version: { org: string; name: string; version: string; cid: string; record: app.npm.package.version.Main },
  facts: VersionFacts | undefined,
): Promise<VersionSubject['attestation']> {
  if (facts?.refused !== undefined) return { state: 'invalid', reason: facts.refused }
  if (facts?.attester === undefined) return { state: 'missing' }
  const { $nsid: collection } = app.npm.publish.attestation
  const uri = recordUri(version.org, app.npm.package.version.$nsid, versionKey(version.name, version.version))
  const subject = { uri, cid: version.cid, record: version.record as never, org: version.org }
  try {
    await proveWitness({ did: facts.attester, collection, subject }, proofs)
    return { state: 'valid' }
  } catch (error) {
    if (!(error instanceof AtollError) || error.status >= 500) throw error
    return { state: 'invalid', reason: error.message }
  }
}

async function provenanceOf(
  { host }: GatherContext,
  org: string,
  { provenance }: app.npm.package.version.Main,
  facts: VersionFacts | undefined,
): Promise<ProvenanceState> {
  if (provenance === undefined) return { state: 'missing' }
  const chunks: Buffer[] = []
  for await (const chunk of await openOwnBlob(host, org, cidOf(provenance))) chunks.push(chunk as Buffer)
  const bundle = Buffer.concat(chunks)
  const state = facts?.provenance
  if (state === 'verified') return { state, bundle }
  if (state === 'invalid' || state === 'mismatch') {
    return { state: 'invalid', bundle, reason: facts?.provenanceReason ?? 'it is of another source than declared' }
  }
  return { state: 'unread', bundle }
}

function packagesOf({ packages }: Facts): PreflightSubject['names']['packages'] {
  return new Map(
    packages.map(({ name, publicVersions = [], versions }) => [
      name,
      {
        publicVersions,
        versions: versions.map(({ version, packageJson }) => ({ version, packageJson: packageJson as never })),
      },
    ]),
  )
}

function factsOf({ versions }: Facts, wanted: string): VersionFacts | undefined {
  return versions.find(({ version }) => version === wanted)
}

function cidOf(blob: { ref: { toString(): string } } | { cid: string }): string {
  return 'ref' in blob ? blob.ref.toString() : blob.cid
}

function reasonOf(record: Record<string, unknown>): string {
  return typeof record['reason'] === 'string' ? record['reason'] : 'withdrawn'
}

function definedOnly<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: NonNullable<Fields[Key]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
