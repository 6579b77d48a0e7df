import type { PreflightReport } from '#appliance/admin/index.ts'

type Finding = PreflightReport['open'][number]

/** For people: what stops it first, each with what to change. */
export function printReport(name: string, { open, waived, unused, unread, closure }: PreflightReport): void {
  const lines = [
    ...open.flatMap(describe),
    ...waived.map((one) => `waived   ${one.code}  ${placeOf(one)}: ${one.reason ?? ''}`),
    ...unused.map(({ code }) => `unused   ${code}: this waiver matches nothing`),
    ...unread.map(({ version, count }) => `unread   ${count} files of ${version} are no text; --json lists them`),
    ...closure.map(
      (needed) => `needs    ${needed.name}${needed.version === undefined ? '' : `@${needed.version}`}  ${needed.path}`,
    ),
  ]
  if (open.length === 0) lines.push(`Nothing stops ${name} from being made public.`)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function describe(one: Finding): string[] {
  const { code, severity, message, remedy } = one
  return [`${severity.padEnd(7)}  ${code}  ${placeOf(one)}`, `         ${message}.`, `         ${remedy}.`]
}

function placeOf({ package: name, version, file, line }: Finding): string {
  const spec = version === undefined ? name : `${name}@${version}`
  return file === undefined ? spec : `${spec}, ${file}${line === undefined ? '' : `:${line}`}`
}
