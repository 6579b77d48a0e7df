import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readSettings } from '#appliance/config/index.ts'
import { readDocuments } from '#test/support/documents.ts'

const blocks = (await readDocuments()).flatMap(({ path, blocks }) =>
  blocks.filter(({ language }) => language === 'yaml').map((block) => ({ path, ...block })),
)

describe('settings on a page', () => {
  it.each(blocks.filter(({ label }) => label === ''))('($path, line $line) can be copied', async ({ text }) => {
    const cwd = await mkdtemp(join(tmpdir(), 'atoll-page-'))
    try {
      await writeFile(join(cwd, 'atoll.yaml'), text)
      await expect(readSettings({ cwd, env: {} })).resolves.toBeDefined()
    } finally {
      await rm(cwd, { recursive: true })
    }
  })

  it.each(blocks.filter(({ label }) => label !== ''))('($path, line $line) are a sound $label', ({ text }) => {
    expect(parse(text)).toEqual(expect.any(Object))
  })
})
