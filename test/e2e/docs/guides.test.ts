import { access, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Block, readDocument, readDocuments, repository } from '#test/support/documents.ts'
import { type OldRegistry, startOldRegistry } from '#test/support/old-registry.ts'
import { osvEntry } from '#test/support/osv-entry.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { writeVerdaccioStorage } from '#test/support/verdaccio-storage.ts'
import { zipOf } from '#test/support/zip-of.ts'
import { missingLine } from './expected-output.ts'
import { programsFolder, Reader } from './reader.ts'

interface Guide {
  /** Who types it. */
  as: string
  variables?: () => Record<string, string>
  /** What has to be there before. */
  prepare?: () => Promise<void>
}

let box: SupervisedBox
let programs: string
let oldRegistry: OldRegistry
const opened = new AsyncDisposableStack()
const oldToken = 'a-token-of-the-old-registry'
const storage = () => join(box.folder, 'verdaccio')

/** In their order; the first puts `atoll` where the others find it, and makes acme.com. */
const guides: Record<string, Guide> = {
  'docs/install.md': { as: 'alice', prepare: writeSettings, variables: () => ({ ATOLL_CONFIG: settingsFile() }) },
  'docs/operate.md': { as: 'alice' },
  'docs/teams-and-permissions.md': { as: 'alice', prepare: () => comesIn('bob') },
  'docs/migrate.md': { as: 'alice', prepare: opensOldRegistry, variables: leaving },
  'docs/ci.md': { as: 'alice' },
  'docs/people.md': { as: 'dan' },
  'docs/advisories.md': { as: 'alice', prepare: writesAdvisories, variables: () => ({ ADVISORIES: advisories() }) },
  'docs/verify.md': { as: 'alice' },
}

const settingsFile = () => join(box.folder, 'installed.yaml')

/** The settings of docs/install.md, in the file where it says they are. */
async function writeSettings(): Promise<void> {
  const { blocks } = await readDocument('docs/install.md')
  await writeFile(settingsFile(), blocks.flatMap(({ language, text }) => (language === 'yaml' ? text : [])).join(''))
}

const advisories = () => join(box.folder, 'all.zip')

/** What docs/advisories.md has, after it was brought. */
async function writesAdvisories(): Promise<void> {
  await writeFile(advisories(), zipOf({ 'GHSA-2222-3333-4444.json': JSON.stringify(osvEntry()) }))
}

/** The registry that docs/migrate.md leaves, over HTTP and as a folder. */
async function opensOldRegistry(): Promise<void> {
  const versions = ['1.0.0', '1.1.0'].map((version) => ({
    name: '@acme/ui',
    version,
    time: '2020-01-01T00:00:00.000Z',
  }))
  await writeVerdaccioStorage(storage(), { '@acme/ui': { versions, tags: { latest: '1.1.0' } } })
  oldRegistry = opened.use(await startOldRegistry(storage(), oldToken))
}

function leaving(): Record<string, string> {
  const before = { STORAGE: storage(), REGISTRY_BEFORE: oldRegistry.url, ATOLL_IMPORT_TOKEN: oldToken }
  return { ORG: 'acme.com', REGISTRY: box.gateway, ...before }
}

function readerAs(username: string, variables: Record<string, string> = {}): Promise<Reader> {
  const here = {
    'https://npm.acme.com': box.gateway,
    '/opt/atoll': repository,
    '/usr/local/bin': programs,
    '/etc/atoll/atoll.yaml': settingsFile(),
    '/var/lib/atoll': box.dataDir,
  }
  return Reader.create({ box, username, here, programs, variables })
}

/** Somebody signs in for the first time. */
async function comesIn(username: string): Promise<void> {
  await readerAs(username)
}

beforeAll(async () => {
  box = await startSupervisedBox()
  programs = await programsFolder(box.folder)
  await writeFile(join(box.folder, 'atoll.yaml'), '')
})
afterAll(async () => {
  await opened.disposeAsync()
  await box?.[Symbol.asyncDispose]()
})

async function sourcesIn(folder: string): Promise<string> {
  const files = await readdir(join(repository, folder), { recursive: true })
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => join(repository, folder, file))
  return (await Promise.all(sources.map((file) => readFile(file, 'utf8')))).join('')
}

/** With its fences. */
const linesOf = ({ text }: Block) => text.split('\n').length + 1

const documents = await readDocuments()
const isCommand = ({ language }: Block) => language === 'sh'

describe('a command block', () => {
  const elsewhere = documents
    .filter(({ path }) => path.startsWith('docs/'))
    .flatMap(({ path, blocks }) => blocks.filter(isCommand).map((block) => ({ path, ...block })))
    .filter(({ path, runBy }) => guides[path] === undefined || runBy !== undefined)

  it.each(elsewhere)('of $path, line $line, is run by a test that knows the page', async ({ path, runBy }) => {
    if (runBy === undefined) return expect.fail('nobody runs it')
    await access(join(repository, runBy))
    // The page is read by the test itself, or by what it is made of.
    const sources = await Promise.all([dirname(runBy), 'test/support'].map(sourcesIn))
    expect(sources.join('')).toContain(basename(path))
  })
})

describe.each(Object.entries(guides))('%s', (path, { as, prepare, variables }) => {
  const blocks = documents.find((document) => document.path === path)?.blocks ?? []
  const shown = (block: Block) => {
    const next = blocks[blocks.indexOf(block) + 1]
    return next?.language === 'text' && next.line === block.line + linesOf(block) + 1 ? next.text : ''
  }
  let reader: Reader
  beforeAll(async () => {
    await prepare?.()
    reader = await readerAs(as, variables?.())
  })

  it.each(blocks.filter((block) => isCommand(block) && block.runBy === undefined))('line $line', async (block) => {
    const output = await reader.types(block.text)
    const missing = missingLine(reader.translates(shown(block)), output)
    expect(missing, `is not in:\n${output}`).toBeUndefined()
  })
})
