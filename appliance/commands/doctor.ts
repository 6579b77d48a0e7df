import { Command } from 'commander'
import type { Finding } from '#appliance/doctor/index.ts'
import { Failure } from '#appliance/failures.ts'
import { jsonOption, withOptions } from './options.ts'

/** `atoll doctor` */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('look at the whole box, and say what to do; exit code 1 when something does not work')
    .addHelpText(
      'after',
      '\nNothing is changed by it. Where a check says nothing, it could not look: what stands above says why.',
    )
  return withOptions(command, jsonOption()).action(async ({ json = false }: { json?: boolean }) => {
    const { examine } = await import('#appliance/doctor/index.ts')
    const file = command.optsWithGlobals()['settings']
    const findings = await examine({ cwd: process.cwd(), env: process.env, file })
    if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`)
    else for (const finding of findings) process.stdout.write(describe(finding))
    const failed = findings.filter(({ level }) => level === 'fail').length
    if (failed > 0) throw new Failure(`${failed} of ${findings.length} findings need you.`)
  })
}

const marks = { ok: '✓', warn: '!', fail: '✗' } as const

function describe({ level, check, says, next }: Finding): string {
  const line = `${marks[level]} ${check.padEnd(12)} ${says}\n`
  return next === undefined ? line : `${line}${' '.repeat(15)}→ ${next}\n`
}
