import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('index')

/** The index has every repository, and nothing in it changed behind its back. */
export const checkIndex: Check = ({ status: { figures }, heads }) => {
  const figure = (name: string) => figures.find((one) => one.component === 'appview' && one.figure === name)?.value
  const behind = (heads ?? []).filter(({ pds, relay }) => pds !== undefined && pds !== relay)
  const desynchronised = figure('desynchronised')
  const tampered = figure('versions.tampered') ?? 0
  const findings = [
    ...behind.map(({ name, pds, relay }) =>
      warn(
        `the relay has ${name} at revision ${relay ?? 'none'}, its PDS at ${pds}`,
        'ask again in a minute: the relay compares by itself',
      ),
    ),
    ...(desynchronised === undefined || desynchronised === 0
      ? []
      : [
          warn(
            `${desynchronised} repositories have to be read again`,
            'wait: the AppView does so by itself; its log says what keeps it',
          ),
        ]),
    ...(tampered === 0
      ? []
      : [
          fail(
            `${tampered} version records changed after they were first seen`,
            'find out who could write to the organisation PDS: those versions stay blocked',
          ),
        ]),
  ]
  if (findings.length > 0) return findings
  return desynchronised === undefined
    ? []
    : [ok(`has all ${figure('repos') ?? 0} repositories as their PDSes have them`)]
}
