import type { Change, DependencyKind, ManifestChanges } from '#common/tarball/index.ts'
import type { Comparison, VersionChanges } from '../approve/index.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { facts, type HeadingLevel, heading, time } from './layout.ts'

export interface ComparisonView {
  comparison: Comparison
  /** The person who decides. */
  did: string
  /** The tag that is to be set. */
  tag: string
  /** Of its heading. */
  level: HeadingLevel
  /** Of the operation on its page. */
  id: string
}

const withoutBase: Record<Exclude<Comparison['kind'], 'changes'>, Html> = {
  first: html`<p>Nothing: this is the first version of this package.</p>`,
  untagged: html`<p>The package has versions, but none is tagged <code>latest</code>, so there is none to compare with.</p>`,
  unreachable: html`<p class="warning">The comparison is not available: the last version could not be read just now. You can
load this page again in a minute, or decide from what is in the package.</p>`,
  unproven: html`<p class="warning"><strong>The comparison is not available: what was read as the last version does not verify.</strong>
Ask those who run this registry before you approve.</p>`,
}

/** What is different from the version before (DESIGN §2, step 2). */
export function comparisonSection(view: ComparisonView): Html {
  const { comparison, level, id } = view
  const title =
    comparison.kind === 'changes' ? `What changed since ${comparison.version}` : 'What changed since the last version'
  return html`<section aria-labelledby="changes-${id}">
${heading(level, title, `changes-${id}`)}
${comparison.kind === 'changes' ? changesShown(comparison, view) : withoutBase[comparison.kind]}
</section>`
}

function changesShown(changes: VersionChanges, { did, tag }: ComparisonView): Html {
  const { manifest, version, publisher, publishedAt, hasNativeBuild } = changes
  const tables = tablesOf(manifest)
  return html`${changeWarnings(changes, tag)}
${facts([
  ['Publisher', publisherShown(publisher, did)],
  ['Published', html`${version} at ${time(publishedAt)}`],
  [
    'Native build',
    hasNativeBuild && `yes: it compiles on installers’ machines; whether ${version} did is not recorded`,
  ],
  [
    'Licence',
    manifest.license && `was ${manifest.license.before ?? 'not given'}, now ${manifest.license.after ?? 'not given'}`,
  ],
])}
${tables}
${tables.length === 0 && html`<p>Dependencies, scripts and commands are the same.</p>`}`
}

/** What nobody may overlook, whether they read on or not. */
export function changeWarnings(changes: VersionChanges, tag: string): Html[] {
  const { manifest, version, losesProvenance, takesTagBackFrom } = changes
  const hooks = manifest.scripts.filter(({ runsOnInstall }) => runsOnInstall).map(({ name }) => name)
  const warnings: HtmlValue[] = [
    takesTagBackFrom !== undefined &&
      html`<strong>The tag ${tag} moves to an older version:</strong> it names ${takesTagBackFrom} now, which is newer.`,
    hooks.length > 0 && html`<strong>New or changed, and runs on installers’ machines:</strong> ${hooks.join(', ')}`,
    losesProvenance &&
      html`<strong>Provenance is lost:</strong> ${version} says from which source and build it comes; this version does not.`,
  ]
  return warnings.filter((warning) => warning !== false).map((warning) => html`<p class="warning">${warning}</p>\n`)
}

function publisherShown(publisher: VersionChanges['publisher'], did: string): string {
  if (publisher === undefined) return 'last published by somebody unknown here, now by you'
  return publisher.did === did ? 'you, as before' : `last published by ${publisher.handle}, now by you`
}

const dependencyTitles: Record<DependencyKind, string> = {
  dependencies: 'Dependencies',
  optionalDependencies: 'Optional dependencies',
  peerDependencies: 'Peer dependencies',
  bundleDependencies: 'Bundled dependencies',
  devDependencies: 'Development dependencies',
}

function tablesOf({ dependencies, scripts, commands }: ManifestChanges): Html[] {
  const kinds = Object.entries(dependencyTitles)
  return [
    ...kinds.map(([kind, title]) =>
      table(
        title,
        dependencies.filter((change) => change.kind === kind),
      ),
    ),
    table(
      'Scripts',
      scripts,
      ({ runsOnInstall }) => runsOnInstall && html` <strong>(runs on installers’ machines)</strong>`,
    ),
    table('Commands', commands),
  ].filter((one) => one !== undefined)
}

function table<Row extends Change>(
  title: string,
  rows: readonly Row[],
  note: (row: Row) => HtmlValue = () => undefined,
) {
  if (rows.length === 0) return undefined
  return html`<table>
<caption>${title}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Change</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr><th scope="row"><code>${row.name}</code></th><td>${kindOfChange(row)}${note(row)}</td>
<td>${cell(row.before)}</td><td>${cell(row.after)}</td></tr>\n`,
)}</tbody>
</table>\n`
}

function kindOfChange({ before, after }: Change): string {
  if (before === undefined) return 'added'
  return after === undefined ? 'removed' : 'changed'
}

function cell(value: string | undefined): Html {
  return value === undefined ? html`none` : html`<code>${value}</code>`
}
