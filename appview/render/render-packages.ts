import { sha256 } from '#common/crypto/index.ts'
import type { PackageId } from '../ingest/apply/impact.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { effectiveMetadata } from '../ledger/metadata-history.ts'
import { knownReadme, wantReadme } from '../readmes/wanted-readmes.ts'
import { noteRevocations, servedUntilNow } from '../revocations/index.ts'
import { network, type PackumentTable, type Tx } from '../schema/index.ts'
import { keepEntry } from '../search/index.ts'
import { decide, gatherFacts, type KnownVersion } from '../verdict/index.ts'
import { maintainersOf } from './maintainers.ts'
import type { Manifest } from './manifest-fields.ts'
import { renderPackuments } from './packument.ts'

/** Renders what changed, when it changes: nobody who asks waits for it (DESIGN §7). */
export async function renderPackages({ tx, impact, gatewayUrl, tallies, clock }: Scene): Promise<void> {
  for (const id of impact.packages) {
    const known = await gatherFacts(tx, id.org, id.name)
    const allowed = known.filter(({ facts }) => decide(facts).kind === 'allow')
    const rendered = renderPackuments({
      ...id,
      allowed,
      retired: known.filter(isRetired),
      tags: await tagsOf(tx, id),
      maintainers: await maintainersOf(tx, id, allowed),
      readme: await knownReadme(tx, id),
      gatewayUrl,
    })
    const decided = new Map(known.map(({ row, facts }) => [row.version, decide(facts)] as const))
    const at = new Date(clock.now())
    await noteRevocations(tx, { source: 'private', ...id }, { served: await servedUntilNow(tx, id), decided, at })
    await wantReadme(tx, id, rendered?.readmeCid)
    await store(tx, id, 'full', rendered?.full)
    await store(tx, id, 'abbreviated', rendered?.abbreviated)
    await keepEntry(tx, id, rendered?.full)
    tallies.packuments.count({})
  }
}

/** Withdrawn, and nothing else is against it. */
function isRetired({ facts }: KnownVersion): boolean {
  return facts.retirement !== undefined && decide({ ...facts, retirement: undefined }).kind === 'allow'
}

/** A strong validator. npm compares it verbatim, quotes included. */
export function etagOf(body: Uint8Array): string {
  return `"${sha256(body).toString('base64url').slice(0, 27)}"`
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
