import type { Policy } from '#common/policy/index.ts'
import type { PackageId } from '../ingest/apply/impact.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { effectiveMetadata } from '../ledger/metadata-history.ts'
import { attestedBuilds } from '../provenance/known-bundles.ts'
import { forgetFiles } from '../purges/index.ts'
import { knownReadme, wantReadme } from '../readmes/wanted-readmes.ts'
import { noteRevocations, servedUntilNow } from '../revocations/index.ts'
import { network, type PackumentTable, type Tx } from '../schema/index.ts'
import { keepEntry } from '../search/index.ts'
import { signVersions } from '../signatures/sign-versions.ts'
import { decide, gatherFacts, type InternalFacts } from '../verdict/index.ts'
import { alarmOutsideLabels } from './alarm-outside-labels.ts'
import { etagOf } from './etag-of.ts'
import { maintainersOf } from './maintainers.ts'
import type { Manifest } from './manifest-fields.ts'
import { renderPackuments } from './packument.ts'
import { renderWhenDue } from './render-when-due.ts'

/** Renders what changed, when it changes: nobody who asks waits for it (DESIGN §7). */
export async function renderPackages(scene: Scene): Promise<void> {
  const { tx, impact, gatewayUrl, tallies, policy, clock, signer } = scene
  for (const id of impact.packages) {
    const now = clock.now()
    const known = await gatherFacts({ db: tx, now }, id.org, id.name)
    const judged = known.map(({ row, facts }) => ({ row, facts, verdict: decide(facts, policy) }))
    const purged = known.filter(({ facts }) => facts.purge !== undefined).map(({ row }) => row)
    const allowed = judged.filter(({ verdict }) => verdict.kind === 'allow')
    const rendered = renderPackuments({
      ...id,
      allowed,
      retired: known.filter(({ facts }) => isWithdrawn(facts, policy)),
      tags: await tagsOf(tx, id),
      maintainers: await maintainersOf(tx, id, allowed),
      readme: await knownReadme(tx, id),
      signatures: await signVersions(
        tx,
        signer,
        allowed.map(({ row }) => row),
      ),
      attested: await attestedBuilds(tx, id.org, id.name),
      gatewayUrl,
    })
    const decided = new Map(judged.map(({ row, verdict }) => [row.version, verdict] as const))
    const at = new Date(clock.now())
    await noteRevocations(tx, { source: 'private', ...id }, { served: await servedUntilNow(tx, id), decided, at })
    await wantReadme(tx, id, rendered?.readmeCid)
    await forgetFiles(tx, { source: 'private', ...id }, purged)
    await store(tx, id, 'full', rendered?.full)
    await store(tx, id, 'abbreviated', rendered?.abbreviated)
    await keepEntry(tx, id, rendered?.full)
    await renderWhenDue(tx, { source: 'private', ...id }, judged)
    alarmOutsideLabels(scene, known)
    tallies.packuments.count({})
  }
}

/** Withdrawn, and nothing else is against it; or purged, and with its files what the other checks would look at. */
function isWithdrawn(facts: InternalFacts, policy: Policy): boolean {
  if (facts.purge !== undefined) return facts.judgement !== undefined
  return facts.retirement !== undefined && decide({ ...facts, retirement: undefined }, policy).kind === 'allow'
}

async function tagsOf(tx: Tx, { org, name }: PackageId): Promise<Map<string, string>> {
  const known = await effectiveMetadata(tx, org, [name])
  return new Map(
    known.flatMap(({ value }) => (value.kind !== 'tag' || value.retired ? [] : [[value.tag, value.version] as const])),
  )
}

async function store(tx: Tx, { org, name }: PackageId, form: PackumentTable['form'], document: Manifest | undefined) {
  if (document === undefined) {
    await tx
      .deleteFrom('packument')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', name)
      .where('form', '=', form)
      .execute()
    return
  }
  const body = Buffer.from(JSON.stringify(document))
  const row = { body, etag: etagOf(body), last_modified: new Date() }
  await tx
    .insertInto('packument')
    .values({ network, org, name, form, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['network', 'org', 'name', 'form'])
        .doUpdateSet(row)
        // Unchanged bytes keep their Last-Modified.
        .where('packument.etag', '<>', row.etag),
    )
    .execute()
}
