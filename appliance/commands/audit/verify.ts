import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { AuditFinding } from '#common/audit/index.ts'
import { jsonOption, withOptions } from '../options.ts'
import { openSession } from '../session.ts'

interface Options {
  key?: string
  json?: boolean
}

export function verify(): Command {
  const command = new Command('verify')
    .description(
      'check that nothing was changed in the audit log, taken out of it or cut off; of this box, or of an export',
    )
    .argument('[file]', 'what "atoll audit export" wrote; the log of this box when left out')
    .option('--key <did:key>', 'of who seals the log, from a place you trust; that of this box when left out')
    .addHelpText(
      'after',
      `
Needs no network for a file with --key. Exit code 0: all is well; 1: something is wrong, and the message names the first entry
that is; 2: the question was not clear.

Example: atoll audit verify audit.jsonl --key did:key:zDna…`,
    )
  return withOptions(command, jsonOption()).action(async (file: string | undefined, { key, json = false }: Options) => {
    const { verifyExport } = await import('#common/audit/index.ts')
    const finding =
      file !== undefined && key !== undefined
        ? await verifyExport(linesOf(file), key)
        : await verifyWithBox(command, file, key)
    if (json) process.stdout.write(`${JSON.stringify(finding, null, 2)}\n`)
    const { broken } = finding
    if (broken !== undefined) throw new Failure(`The audit log is broken at line ${broken.line}: ${broken.reason}.`)
    if (!json) process.stdout.write(`${describe(finding)}\n`)
  })
}

async function verifyWithBox(
  command: Command,
  file: string | undefined,
  key: string | undefined,
): Promise<AuditFinding> {
  const { exportLines, newestSeal } = await import('#appliance/admin/index.ts')
  const { verifyExport } = await import('#common/audit/index.ts')
  const { admin } = await openSession(command)
  const own = key ?? admin.network.peers.org.key
  if (file !== undefined) return verifyExport(linesOf(file), own)
  const finding = await verifyExport(rendered(exportLines(admin, {})), own)
  const newest = await newestSeal(admin)
  if (finding.broken !== undefined || newest === (finding.to ?? 0)) return finding
  const reason = `the org PDS sealed ${newest} batches, and the gateway has ${finding.to ?? 0}: the end was cut off`
  return { ...finding, broken: { line: finding.entries + finding.seals + 2, seq: undefined, reason } }
}

async function* rendered(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield JSON.stringify(line)
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file)
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (cause) {
    throw new Failure(`${file} cannot be read.`, { cause })
  }
}

function describe({ entries, seals, from, completeAsOf }: AuditFinding): string {
  const whole = from === undefined || from === 1 ? 'from its beginning' : `from batch ${from} on`
  return `All is well: ${entries} entries in ${seals} sealed batches, ${whole}, complete as of ${completeAsOf}.`
}
