import { access } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Document, readDocument, readDocuments, repository } from '#test/support/documents.ts'

const documents = await readDocuments()

/** GitHub's rule: lower case, punctuation gone, a hyphen for each space. */
function anchorsOf({ text }: Document): string[] {
  const headings = text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#{1,6} (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

const links = documents.flatMap(({ path, text }) =>
  [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => ({
    path,
    link,
  })),
)

describe('a link', () => {
  it.each(links)('in $path to $link leads somewhere', async ({ path, link }) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : relative(repository, join(repository, dirname(path), file))
    await access(join(repository, target))
    if (anchor !== undefined) expect(anchorsOf(await readDocument(target))).toContain(anchor)
  })
})

describe('the index of the guides', () => {
  const guides = documents.map(({ path }) => path).filter((path) => /^docs\/(?!README)/.test(path))

  it.each(guides)('leads to %s', (path) => {
    expect(links).toContainEqual({ path: 'docs/README.md', link: path.slice('docs/'.length) })
  })
})
