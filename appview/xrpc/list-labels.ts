import { AtollError } from '#common/errors/index.ts'
import { parseSubject } from '#common/labels/index.ts'
import { nameAt, parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { DueSubject } from '../due/index.ts'
import { knownVersions } from '../labeler/apply-rules.ts'
import { type KnownLabel, type KnownRule, knownLabels, knownRules, packageUri, subjectsOf } from '../labels/index.ts'
import { resolveName } from '../resolve/resolve-name.ts'
import { readers, type XrpcContext } from './context.ts'
import { checkReadable } from './read-set.ts'

const { listLabels: lexicon } = app.npm.registry

/** Who says what about a package, side by side: nobody's word hides another's. */
export function listLabels(context: XrpcContext): void {
  method(context.server, lexicon, {
    auth: context.authorize(readers),
    handler: async ({ params: { viewer, name: raw, labelers = [] } }) => {
      const asked = parsePackageName(raw)
      const row = await resolveName(context, asked)
      // Who does not say for whom they ask sees what nobody may not.
      if (row.source === 'none' || (row.source === 'private' && viewer === undefined))
        throw new AtollError('NotFound', { package: asked.name })
      if (row.source === 'private') await checkReadable(context, row.org, viewer ?? '', asked.name)
      const subject: DueSubject =
        row.source === 'private'
          ? { source: 'private', org: row.org, name: asked.name }
          : { source: 'upstream', registry: row.source === 'public' ? row.did : '', name: nameAt(row.source, asked) }
      const { db, clock } = context
      const whole = packageUri(subject)
      const versions = (await knownVersions(db, whole)).map(({ version }) => version)
      const about = await subjectsOf(db, subject, versions)
      const uris = new Set([whole, ...about.flatMap(({ uri, publishers }) => [uri, ...publishers])])
      const labels = await knownLabels(db, [...uris], clock.now(), labelers)
      const rules = await knownRules(db, whole, clock.now())
      return { name: asked.name, source: row.source, labels: labels.map(viewOfLabel), rules: rules.map(viewOfRule) }
    },
  })
}

function viewOfLabel(label: KnownLabel): app.npm.registry.listLabels.Label {
  const { src, uri, by, act: _, byRule, ...said } = label
  const subject = parseSubject(uri)
  const version = subject === undefined || subject.kind === 'account' ? undefined : subject.version
  return definedOnly({ ...said, src, uri, version, by, byRule: byRule || undefined })
}

function viewOfRule({ act: _, uri: _uri, ...rule }: KnownRule): app.npm.registry.listLabels.Rule {
  return definedOnly(rule)
}

/** XRPC leaves out what is not there, and its strings are DIDs and dates by what the ledger takes in. */
function definedOnly<T>(fields: Record<string, unknown>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
