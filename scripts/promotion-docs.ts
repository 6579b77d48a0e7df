import { checks } from '#common/promotion/index.ts'

/** docs/promotion-checks.md, made of what the checks declare. */
export function promotionReference(): string {
  const rows = checks.flatMap(({ name, codes }) =>
    Object.entries(codes).map(
      ([code, { severity, finds }]) => `| \`${name}\` | \`${code}\` | ${severity} | ${finds} |`,
    ),
  )
  return `${heading}\n${rows.join('\n')}\n${rest}`
}

const heading = `# What is checked before a package is public

<!-- Made of what the checks declare by "npm run codegen". -->

A package is open-sourced after a preflight. It reads every byte that would be public: each file of each chosen version with
its path, the sources within source maps, package.json with all kinds of dependencies, description, keywords and declared source, messages of deprecation
and retirement, and provenance with what is encoded in it. Each finding says the version, the file and the line, and what to change.

* An **error** stops the promotion until it is gone. Nobody can waive it. A version that fails is never edited: publish a new one,
  and choose that.
* A **warning** stops it until somebody says why it does not matter; the reason is kept. It may be for one file or version, or for all.

## The checks

| check | code | severity | finds |
|---|---|---|---|`

const rest = `
## What it does not see

* Files that are no text (images, WebAssembly, programs) are listed with size and SHA-256, not read. A file is text when its extension says
  so, or when there is no NUL in its first 8 KiB; UTF-16 is read, too.
* Archives within the tarball are not opened: each is a warning.
* Source maps above 16 MiB are read as text and not taken apart: that is a warning.
* Of one kind in one version 50 findings are listed, and one that says that there are more. It is waived only by a waiver for all files.
* Names and hosts that code puts together, or writes with escapes (\`\\u0040\`), are not recognised.
* Secrets are known by their shape. A password that looks like a word is found by people, not by this.
`
