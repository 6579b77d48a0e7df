import { commandsOf, type InspectedTarball } from '#common/tarball/index.ts'
import { type Html, html } from './html.ts'
import { facts, type HeadingLevel, heading } from './layout.ts'
import { size } from './sizes.ts'

const maxFilesShown = 500

/** What is in the package, read from the very bytes that will be published. */
export function tarballFacts(inspected: InspectedTarball, level: HeadingLevel): Html {
  const { packageJson, files, fileCount, unpackedSize, ...tarball } = inspected
  const { dependencies, optionalDependencies, peerDependencies } = packageJson
  return html`${heading(level, 'What is in it')}
${runsOnInstall(tarball)}
${facts([
  ['Files', String(fileCount)],
  ['Unpacked size', size(unpackedSize)],
  ['Dependencies', listed(dependencies)],
  ['Optional dependencies', listed(optionalDependencies)],
  ['Peer dependencies', listed(peerDependencies)],
  ['Commands', listed(Object.fromEntries(commandsOf(packageJson)))],
])}
<details>
<summary>Files</summary>
<ul>${files.slice(0, maxFilesShown).map((file) => html`<li><code>${file.path}</code> ${size(file.size)}</li>\n`)}</ul>
${fileCount > maxFilesShown && html`<p>… and ${fileCount - maxFilesShown} more.</p>`}
</details>`
}

/** What runs on every machine that installs the package, if anything does. */
export function runsOnInstall({
  installScripts,
  hasBindingGyp,
}: Pick<InspectedTarball, 'installScripts' | 'hasBindingGyp'>) {
  const what = hasBindingGyp ? [...installScripts, 'a native build'] : installScripts
  if (what.length === 0) return undefined
  return html`<p class="warning"><strong>Runs on every machine that installs it:</strong> ${what.join(', ')}</p>`
}

function listed(entries: Readonly<Record<string, string>> | undefined): Html | undefined {
  const rows = Object.entries(entries ?? {})
  if (rows.length === 0) return undefined
  return html`<ul>${rows.map(([name, value]) => html`<li><code>${name}</code> ${value}</li>`)}</ul>`
}
