import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { SourceVersion } from '../sources/source.ts'

const readSchema = z.object({
  record: z.string(),
  integrity: z.string(),
  size: z.int(),
  createdAt: z.string(),
  recordBytes: z.int(),
})
const outcomeSchema = z.union([z.object({ read: readSchema }), z.object({ refused: z.string() })])
const lineSchema = z.object({ key: z.string(), outcome: outcomeSchema })

/** What came of reading a version: its facts, or why it cannot be imported. */
export type Outcome = z.output<typeof outcomeSchema>

/**
 * Remembers on disk what was read, a line per version, so that a command that was interrupted does not read thousands of
 * tarballs again. A version whose description changed is another one.
 */
export class Journal implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #known: ReadonlyMap<string, Outcome>

  private constructor(file: FileHandle, known: ReadonlyMap<string, Outcome>) {
    this.#file = file
    this.#known = known
  }

  static async open(path: string): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const known = new Map<string, Outcome>()
    for (const line of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
      const parsed = lineSchema.safeParse(parseLine(line))
      if (parsed.success) known.set(parsed.data.key, parsed.data.outcome)
    }
    const file = await open(path, 'a', 0o600)
    // After a crash in the middle of a line, the next one begins on its own.
    await file.write('\n')
    return new Journal(file, known)
  }

  find(name: string, version: SourceVersion): Outcome | undefined {
    return this.#known.get(keyOf(name, version))
  }

  async add(name: string, version: SourceVersion, outcome: Outcome): Promise<void> {
    await this.#file.write(`${JSON.stringify({ key: keyOf(name, version), outcome })}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

function keyOf(name: string, { version, integrity, shasum, publishedAt }: SourceVersion): string {
  return JSON.stringify([name, version, integrity ?? null, shasum ?? null, publishedAt ?? null])
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
