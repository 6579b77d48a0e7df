import { createEnforcer, isPermitted, type RightsNow } from '#common/authz/index.ts'
import { sql } from '#common/db/index.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { type NewNotice, putNotice } from '../notices/index.ts'
import { loadRights, toOrgRights } from '../rights/rights-state.ts'
import { trustedPublishers } from '../rights/trusted-publishers.ts'
import { network, type Tx } from '../schema/index.ts'

/**
 * Judges versions that have both halves, record and attestation: may who attests it publish this package, by
 * the rights in effect now (`isPermitted`)? A yes is for ever: people who leave do not un-publish. A no is "not yet", and is asked again
 * when rights change. That gives nothing away, since whoever could profit from it (a broken org PDS) could as well have
 * held the record back until then; and it makes the outcome independent of the order in which repositories are read.
 */
export async function judgeVersions(scene: Scene): Promise<void> {
  const { tx, clock, impact, log, tallies } = scene
  const known = new Map<string, RightsNow>()
  for (const candidate of await unjudged(scene)) {
    const { org, name, version, author } = candidate
    const rights = known.get(org) ?? (await rightsNow(scene, org))
    known.set(org, rights)
    const permitted = isPermitted(candidate, rights)
    log.info({ org, name, version, author, permitted }, 'a version was judged')
    tallies.judgements.count({ outcome: permitted ? 'permitted' : 'not-yet' })
    if (!permitted) continue
    await remember(tx, candidate)
    await putNotice(tx, publishedNotice(candidate, new Date(clock.now())))
    impact.touchPackage(org, name)
  }
}

async function rightsNow({ tx, clock }: Scene, org: string): Promise<RightsNow> {
  const state = await loadRights({ db: tx, clock }, org)
  return { enforcer: await createEnforcer(toOrgRights(state)), publishers: trustedPublishers(org, state.effective) }
}

function publishedNotice({ org, name, version, cid, author }: Unjudged, at: Date): NewNotice {
  return {
    type: 'version.published',
    key: [org, name, version, cid],
    data: { org, name, version, cid, by: author },
    at,
  }
}

/** Versions with an attestation that says exactly what their record says, and no verdict. */
async function unjudged({ tx, impact }: Scene) {
  const touched = impact.packages.map(({ org, name }) => `${org} ${name}`)
  return tx
    .selectFrom('version as v')
    .innerJoin('attestation as a', (join) =>
      join
        .onRef('a.network', '=', 'v.network')
        .onRef('a.subject_cid', '=', 'v.cid')
        .onRef('a.org', '=', 'v.org')
        .onRef('a.name', '=', 'v.name')
        .onRef('a.version', '=', 'v.version')
        .onRef('a.integrity', '=', 'v.integrity'),
    )
    .innerJoin('repo as author', (join) =>
      join
        .onRef('author.network', '=', 'a.network')
        .onRef('author.did', '=', 'a.author')
        .on('author.role', '=', 'people')
        .on('author.active', '=', true),
    )
    .leftJoin('ledger_judgement as j', (join) =>
      join
        .onRef('j.network', '=', 'v.network')
        .onRef('j.org', '=', 'v.org')
        .onRef('j.name', '=', 'v.name')
        .onRef('j.version', '=', 'v.version'),
    )
    .where('v.network', '=', network)
    .where('j.org', 'is', null)
    .where((eb) =>
      eb.or([
        sql<boolean>`v.org = ANY(${[...impact.rights]}::text[])`,
        sql<boolean>`v.org || ' ' || v.name = ANY(${touched}::text[])`,
      ]),
    )
    .orderBy('a.author')
    .select(['v.org', 'v.name', 'v.version', 'v.cid', 'a.author', 'a.cid as attestation'])
    .select(['a.method', 'a.staged_by as stagedBy', 'a.publisher'])
    .execute()
}

type Unjudged = Awaited<ReturnType<typeof unjudged>>[number]

async function remember(tx: Tx, { org, name, version, cid, author, attestation }: Unjudged): Promise<void> {
  await tx
    .insertInto('ledger_judgement')
    .values({ network, org, name, version, version_cid: cid, attested_by: author, attestation_cid: attestation })
    // Two people may have attested the same record: the first who may is enough.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
