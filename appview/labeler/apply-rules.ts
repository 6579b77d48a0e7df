import { sql } from '#common/db/index.ts'
import { parseSubject, subjectUri } from '#common/labels/index.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import { isInRange, type KnownRule, knownLabels, knownRules } from '../labels/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import type { Labeler, OwnLabel } from './labeler.ts'

/** In one transaction: others wait to write meanwhile, and a signature takes a millisecond. */
const pageSize = 200

/**
 * Makes labels of rules, for whoever follows the labeler: of each version in a range, and takes them back where no rule says so any
 * more. Verdicts do not wait for it, they ask the rules.
 * @param uri of the package
 * @returns how many labels were signed; when it is none, all is done
 */
export async function applyRules(db: Db, labeler: Labeler, uri: string, now: number): Promise<number> {
  // Others write meanwhile, as long as there is nothing to do.
  if ((await labelsDue(db, labeler, uri, now)).length === 0) return 0
  return writeAlone(db, async (tx) => {
    const labels = (await labelsDue(tx, labeler, uri, now)).slice(0, pageSize)
    await labeler.give(tx, labels, now)
    return labels.length
  })
}

async function labelsDue(db: Db | Tx, labeler: Labeler, uri: string, now: number): Promise<OwnLabel[]> {
  const rules = await knownRules(db, uri, now)
  const versions = await knownVersions(db, uri)
  const uris = versions.map((one) => one.uri)
  const own = (await knownLabels(db, uris, now)).filter(({ src }) => src === labeler.did)
  const said = new Map(own.map((label) => [`${label.uri} ${label.val}`, label]))
  return versions.flatMap(({ version, uri: one }): OwnLabel[] => {
    const matches = matching(rules, version)
    const missing = matches.filter(({ val }) => !said.has(`${one} ${val}`))
    const surplus = own.filter(
      (label) => label.uri === one && label.byRule && !matches.some(({ val }) => val === label.val),
    )
    return [
      ...missing.map(({ val, exp, act }) => ({ uri: one, val, exp, act, byRule: true })),
      ...surplus.map(({ val, act = '' }) => ({ uri: one, val, neg: true, act, byRule: true })),
    ]
  })
}

/** Whether there is, or ever was, a rule for this package. */
export async function isRuled(db: Db, uri: string): Promise<boolean> {
  const rule = await db
    .selectFrom('ledger_label_rule')
    .where('network', '=', network)
    .where('subject', '=', uri)
    .select('act')
    .executeTakeFirst()
  return rule !== undefined
}

/** What rules were ever about. */
export async function subjectsOfRules(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('ledger_label_rule')
    .distinct()
    .where('network', '=', network)
    .select('subject')
    .execute()
  return rows.map(({ subject }) => subject)
}

/** Of two rules with one value the first is enough. */
function matching(rules: readonly KnownRule[], version: string): KnownRule[] {
  const inRange = rules.filter(({ range }) => isInRange(version, range))
  return [...new Map(inRange.toReversed().map((rule) => [rule.val, rule])).values()]
}

/** The versions of a package that were ever seen. @param uri of the package */
export async function knownVersions(db: Db | Tx, uri: string): Promise<{ version: string; uri: string }[]> {
  const subject = parseSubject(uri)
  if (subject === undefined || subject.kind === 'account') return []
  const { rows } =
    subject.kind === 'private'
      ? await sql<{ version: string }>`SELECT version FROM version
          WHERE network = ${network} AND org = ${subject.org} AND name = ${subject.name}
          UNION SELECT version FROM upstream_sight WHERE registry = ${subject.org} AND name = ${subject.name}`.execute(
          db,
        )
      : await sql<{
          version: string
        }>`SELECT DISTINCT version FROM upstream_file WHERE lower(name) = ${subject.name}`.execute(db)
  return rows.map(({ version }) => ({ version, uri: subjectUri({ ...subject, version }) }))
}
