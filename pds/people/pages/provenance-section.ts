import type { Provenance } from '#common/provenance/index.ts'
import { type Html, html } from './html.ts'
import { facts, type HeadingLevel, heading } from './layout.ts'

/** Where the version was built, as the certificate of its bundle says: the one part of a publish that nobody here signed. */
export function provenanceSection({ build }: Provenance, level: HeadingLevel): Html {
  const { repository, repositoryId, commit, ref, workflow, environment, trigger, run } = build
  return html`${heading(level, 'Where it was built')}
<p>A Sigstore bundle proves that exactly these bytes were built there. It is verified.</p>
${facts([
  ['Repository', html`<code>${repository}</code>${repositoryId !== undefined && html` (id ${repositoryId})`}`],
  ['Commit', code(commit)],
  ['Ref', code(ref)],
  ['Workflow', code(workflow)],
  ['Environment', code(environment)],
  ['Started by', trigger],
  ['Run', code(run)],
])}`
}

function code(value: string | undefined): Html | undefined {
  return value === undefined ? undefined : html`<code>${value}</code>`
}
