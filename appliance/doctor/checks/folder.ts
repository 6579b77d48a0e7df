import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('folder')
const othersMayWrite = 0o022
const othersMayAnything = 0o077

/** Secrets are their owner's alone, and nobody else changes the box's folder. */
export const checkFolder: Check = ({ folder }) => {
  if (folder === undefined) return []
  const { data, secrets, recoveryKeys } = folder
  const open = secrets.filter(({ mode }) => (mode & othersMayAnything) !== 0)
  const findings = [
    ...((data.mode & othersMayWrite) === 0
      ? []
      : [fail(`others may write in ${data.path}`, `chmod go-w ${data.path}`)]),
    ...open.map(({ path }) => fail(`${path} holds secrets, and others may read it`, `chmod 600 ${path}`)),
    ...recoveryKeys.map((path) =>
      warn(
        `${path} is the key that outranks the PDS' own, and lies beside it`,
        'move it to a safe place offline, and delete it here',
      ),
    ),
  ]
  return findings.length > 0 ? findings : [ok(`${secrets.length} files with secrets are their owner's alone`)]
}
