import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '#appliance/failures.ts'

const sinceSchema = z.strictObject({
  /** Of the file's format. */
  version: z.literal(1),
  /** Whose list it is of. */
  registry: z.url(),
  /** How far the list was read. */
  cursor: z.string().max(32),
  /** What was revoked until there, and is: it still counts for who has not removed it. */
  revoked: z.array(z.strictObject({ name: z.string(), version: z.string(), at: z.string(), reason: z.string() })),
})
/** What was read of a registry's list of revocations. */
export type Since = z.infer<typeof sinceSchema>

/** What was read before, of this registry; from the beginning otherwise. @throws UsageError when the file is something else */
export async function readSince(registry: string, file: string | undefined): Promise<Since> {
  const fresh: Since = { version: 1, registry, cursor: '0', revoked: [] }
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(orMissing)
  if (text === undefined) return fresh
  try {
    const since = sinceSchema.parse(JSON.parse(text))
    return since.registry === registry ? since : fresh
  } catch (cause) {
    const message = `${file} is no file that "atoll verify --installed --since-file" wrote: delete it, or name another one.`
    throw new UsageError(message, { cause })
  }
}

/** Whole, or not at all: somebody may read it, or stop this process, meanwhile. */
export async function writeSince(file: string, since: Since): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(temporary, `${JSON.stringify(since, null, 2)}\n`)
  await rename(temporary, file)
}

function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
