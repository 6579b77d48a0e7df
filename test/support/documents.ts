import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

export const repository = join(import.meta.dirname, '../..')

/** A fenced block of a Markdown file. */
export interface Block {
  language: string
  /** What stands behind the language: a name for the block, or the file it would be. */
  label: string
  text: string
  /** Of the file. */
  line: number
  /** The test or script that runs it, from a comment above it: `<!-- run by test/compose/compose.test.ts -->`. */
  runBy: string | undefined
}

export interface Document {
  /** Relative to the repository: `docs/ci.md`. */
  path: string
  text: string
  blocks: Block[]
}

/** Every Markdown file people read: those in the root, and those in `docs`. */
export async function readDocuments(): Promise<Document[]> {
  const folders = [repository, join(repository, 'docs')]
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).filter(isMarkdown).map((file) => join(folder, file))),
  )
  return Promise.all(files.flat().map((file) => readDocument(relative(repository, file))))
}

/** @param path relative to the repository */
export async function readDocument(path: string): Promise<Document> {
  const text = await readFile(join(repository, path), 'utf8')
  return { path, text, blocks: blocksOf(text) }
}

function blocksOf(text: string): Block[] {
  const fences =
    /^(?:<!-- run by (?<runBy>[^\n]+) -->\n+)?```(?<language>\w+)(?: (?<label>[^\n]+))?\n(?<body>.*?)^```$/gms
  return [...text.matchAll(fences)].map(({ index, groups = {} }) => ({
    language: groups['language'] ?? '',
    label: groups['label'] ?? '',
    text: groups['body'] ?? '',
    line: text.slice(0, index).split('\n').length,
    runBy: groups['runBy'],
  }))
}

function isMarkdown(file: string): boolean {
  return file.endsWith('.md')
}
