import type { TarballFile } from '#common/tarball/index.ts'
import type { TextSeen } from './reading/text-seen.ts'
import type { PreflightSubject, VersionSubject } from './subject.ts'

const pathsAtOnce = 1_000

/** What the package record publishes. */
export function textsOfPackage({ package: said }: PreflightSubject): TextSeen[] {
  const { description, license, homepage, keywords = [], source = [] } = said
  return [
    ...textOf('(description)', description),
    ...textOf('(license)', license),
    ...textOf('(homepage)', homepage),
    ...textOf('(keywords)', keywords.join('\n')),
    ...textOf('(source)', source.join('\n')),
  ]
}

/** What is published of a version besides its tarball. */
export function textsOfVersion({ version, deprecation, retirement, provenance }: VersionSubject): TextSeen[] {
  const texts = [...textOf('(deprecation)', deprecation), ...textOf('(retirement)', retirement)]
  const bundle = provenance.state === 'missing' ? [] : textsOfBundle(provenance.bundle)
  return [...texts, ...bundle].map((text) => ({ ...text, version }))
}

/** Names of files say something, too. In portions, for there may be a hundred thousand. */
export function* textsOfPaths({ version }: VersionSubject, files: readonly TarballFile[]): Generator<TextSeen> {
  for (let start = 0; start < files.length; start += pathsAtOnce) {
    const paths = files.slice(start, start + pathsAtOnce).map(({ path }) => path)
    yield { version, file: '(paths)', text: paths.join('\n'), firstLine: start + 1, whole: false }
  }
}

/** The bundle is JSON in which statement, certificates and log entries are base64: hosts of a build system stand in those. */
function textsOfBundle(bundle: Uint8Array): TextSeen[] {
  const text = Buffer.from(bundle).toString()
  const encoded = text.match(/(?<=")[A-Za-z0-9+/_-]{40,}={0,2}(?=")/g) ?? []
  // DER is binary with readable names in it; what is not readable parts them.
  const decoded = encoded.map((one) =>
    Buffer.from(one, 'base64')
      .toString('latin1')
      .replace(/[^\t\n\x20-\x7e]+/g, '\n'),
  )
  return [...textOf('(provenance)', text), ...textOf('(provenance, decoded)', decoded.join('\n'))]
}

/** @param file what it is, in parentheses */
export function textOf(file: string, text: string | undefined): TextSeen[] {
  return text === undefined || text === '' ? [] : [{ file, text, firstLine: 1, whole: true }]
}
