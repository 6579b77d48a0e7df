import type { ImportedPackage, ImportList } from '#common/imports/index.ts'
import { type Html, html } from './html.ts'
import { type HeadingLevel, heading, time } from './layout.ts'
import { size } from './sizes.ts'

/** What an import brings: a line per package, and every version of it on demand. */
export function importFacts({ packages }: ImportList, level: HeadingLevel): Html {
  const times = packages.flatMap(timesOf).toSorted()
  return html`${heading(level, 'What it brings')}
<p>These versions were published elsewhere${times.length > 0 && between(times)}. They will stand in your name as
<strong>imported</strong>, which says that you took them over, not that you made them. What they contain was held against
the digests of their source by the command you ran, and will be held against this list by the organisation PDS. The
command printed the same integrity as the one above: compare them.</p>
<table>
<caption>${packages.length} packages</caption>
<thead><tr><th scope="col">Package</th><th scope="col">Versions</th><th scope="col">Tarballs</th><th scope="col">Tags</th></tr></thead>
<tbody>
${packages.map(packageRow)}</tbody>
</table>
${packages.map(packageDetails)}`
}

function packageRow({ name, versions, tags, deprecations }: ImportedPackage): Html {
  const bytes = versions.reduce((sum, version) => sum + version.size, 0)
  const deprecated = deprecations.length > 0 && `, ${deprecations.length} deprecated`
  return html`<tr><th scope="row"><code>${name}</code></th><td>${versions.length}${deprecated}</td><td>${size(bytes)}</td>
<td>${tags.map(({ tag, version }) => html`<code>${tag}</code> ${version}<br>`)}</td></tr>\n`
}

function packageDetails({ name, versions, deprecations }: ImportedPackage): Html {
  const messages = new Map(deprecations.map(({ version, message }) => [version, message]))
  return html`<details>
<summary>Versions of ${name}</summary>
<ul>${versions.map(
    ({ version, createdAt, integrity }) =>
      html`<li>${version}, ${time(new Date(createdAt))}, <code>${integrity.slice(0, 20)}[...]${integrity.slice(80)}</code>${deprecation(messages.get(version))}</li>\n`,
  )}</ul>
</details>\n`
}

function deprecation(message: string | undefined): Html | false {
  return message !== undefined && html`, deprecated: ${message}`
}

function timesOf({ versions }: ImportedPackage): string[] {
  return versions.map(({ createdAt }) => createdAt)
}

function between(times: readonly string[]): Html {
  return html`, from ${time(new Date(times[0] ?? ''))} to ${time(new Date(times.at(-1) ?? ''))}`
}
