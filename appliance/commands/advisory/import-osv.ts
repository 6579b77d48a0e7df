import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { Failure } from '#appliance/failures.ts'
import type { ImportedOsv } from '#common/advisories/index.ts'
import { jsonOption, withOptions } from '../options.ts'
import { openSession } from '../session.ts'
import { stopSignal } from '../stop-signal.ts'

interface Options {
  source: string
  json?: boolean
}

const explanation = `
What it is, its content says: a folder of JSON files, a .zip of them such as OSV's all.zip, JSON lines, or a JSON file. Only
what is about npm packages is kept; what is here in the same or a newer revision is passed over, so running it again, also
after it was stopped, only brings what is missing. What was withdrawn there no longer counts here.

Of a URL it is asked first whether the file has changed. It is reached as atoll.yaml says (network.proxy, network.caFile);
"advisories.sources" in atoll.yaml has the AppView ask by itself.

Examples:
  atoll advisory import osv ./all.zip
  atoll advisory import osv https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip
  atoll advisory import osv ./advisory-database/advisories --source github

Exit code 1: it could not be read to its end. Entries that are no OSV are named, counted and passed over.`

/** `atoll advisory import osv <what>` */
export function importOsvCommand(): Command {
  const command = new Command('osv')
    .description('in the format of OSV, which GitHub’s advisory database and OpenSSF’s malicious packages have, too')
    .argument('<file|folder|url>', 'what to read')
    .addHelpText('after', explanation)
  const source = new Option('--source <name>', 'under which they are kept; settings say what it may').default('osv')
  return withOptions(command, source, jsonOption()).action(async (what: string, options: Options) => {
    const { importFromDisk, importFromUrl } = await import('#appliance/advisories/index.ts')
    const { describeOutside } = await import('#appliance/config/index.ts')
    const { Progress } = await import('#appliance/import/progress.ts')
    const { admin, settings } = await openSession(command)
    using progress = new Progress(process.stderr)
    const stop = stopSignal()
    const outbound = await describeOutside(settings, process.env)
    const request = { admin, source: options.source, outbound, stop, report: reporter(progress) }
    const began = performance.now()
    try {
      const isUrl = /^https?:\/\//i.test(what)
      if (isUrl) progress.say(`Asking ${what} ...`)
      const outcome = isUrl ? await importFromUrl(what, request) : await importFromDisk(resolve(what), request)
      progress.end()
      print(outcome, { ...options, seconds: (performance.now() - began) / 1000 })
    } catch (error) {
      if (stop.aborted) throw new Failure('Stopped. The same command goes on from here.')
      throw error
    }
  })
}

function reporter(progress: import('#appliance/import/progress.ts').Progress) {
  progress.begin('Reading advisories')
  return ({ added, changed }: Readonly<ImportedOsv>) => progress.step(`${added + changed} kept`)
}

function print(outcome: ImportedOsv | undefined, { source, json, seconds }: Options & { seconds: number }): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ source, news: outcome !== undefined, seconds, ...outcome }, null, 2)}\n`)
    return
  }
  if (outcome === undefined) {
    process.stdout.write('Nothing has changed there since it was read last.\n')
    return
  }
  const { read, added, changed, unchanged, withdrawn, others, malformed, problems } = outcome
  for (const { name, reason } of problems) process.stdout.write(`Passed over ${name}: ${reason}\n`)
  if (malformed > problems.length) process.stdout.write(`And ${malformed - problems.length} more.\n`)
  const rate = seconds > 0 ? ` (${(read / seconds).toFixed(0)}/s)` : ''
  process.stdout.write(
    `${read} entries read in ${seconds.toFixed(1)} s${rate}: ${added} new, ${changed} changed, ${unchanged} known already; ` +
      `${withdrawn} of them withdrawn. ${others} are not about npm, ${malformed} are malformed.\n` +
      `Next: atoll advisory list --source ${source}\n`,
  )
}
