import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { maxEntryBytes, type OsvEntry, parseEntry, tooLarge } from './entry.ts'

/** Of a document that is one value, which has to be parsed as a whole. */
const maxDocumentBytes = 64 * 2 ** 20

/** A file of JSON lines, or one with an entry, a list of them, or `vulns` of them as OSV's API answers. */
export async function* readDocument(path: string, name: string): AsyncGenerator<OsvEntry> {
  if (await isLines(path)) return yield* readLines(path, name)
  const { size } = await stat(path)
  if (size > maxDocumentBytes) {
    return yield {
      name,
      bytes: 0,
      problem: `it is one value of more than ${maxDocumentBytes / 2 ** 20} MiB: make it lines`,
    }
  }
  const document = parseEntry(name, await readFile(path, 'utf8'))
  const list = 'value' in document ? listIn(document.value) : undefined
  if (list === undefined) return yield document
  for (const [at, value] of list.entries()) yield { name: `${name}[${at}]`, bytes: document.bytes / list.length, value }
}

function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  const vulns = typeof value === 'object' && value !== null ? (value as { vulns?: unknown }).vulns : undefined
  return Array.isArray(vulns) ? vulns : undefined
}

/** Its first line is an entry by itself, and not the whole of a list. */
async function isLines(path: string): Promise<boolean> {
  for await (const line of linesOf(path)) {
    if (line === undefined) return false
    if (line.trim() === '') continue
    const first = parseEntry('', line)
    return 'value' in first && listIn(first.value) === undefined
  }
  return false
}

async function* readLines(path: string, name: string): AsyncGenerator<OsvEntry> {
  let number = 0
  for await (const line of linesOf(path)) {
    number += 1
    if (line === undefined) yield tooLarge(`${name}:${number}`)
    else if (line.trim() !== '') yield parseEntry(`${name}:${number}`, line)
  }
}

/** Lines; undefined for one that is too long, of which no more is kept than the bound. */
async function* linesOf(path: string): AsyncGenerator<string | undefined> {
  let rest = ''
  let skipping = false
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 20 })) {
    const lines = (rest + (chunk as string)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield skipping || line.length > maxEntryBytes ? undefined : line
      skipping = false
    }
    if (rest.length > maxEntryBytes) {
      skipping = true
      rest = ''
    }
  }
  if (rest !== '' || skipping) yield skipping ? undefined : rest
}
