import { UsageError } from '#appliance/failures.ts'

/** What an argument such as `@acme.test/ui@^1.2.0` names. @throws UsageError when it names no package */
export function readPackageSpec(argument: string): { name: string; range: string | undefined } {
  // The first character may be the @ of a scope.
  const at = argument.indexOf('@', 1)
  const name = at === -1 ? argument : argument.slice(0, at)
  const range = at === -1 ? undefined : argument.slice(at + 1).trim()
  if (!/^(@[^/@\s]+\/)?[^/@\s]+$/.test(name)) {
    throw new UsageError(`"${argument}" names no package: write it as '@acme.test/ui@^1.2.0' or left-pad@1.3.0.`)
  }
  return { name, range: range === '' ? undefined : range }
}
