import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('postgres')
const oldestMajor = 15

/** It keeps what it acknowledged, and has room for more connections. */
export const checkPostgres: Check = ({ postgres }) => {
  if (postgres === undefined) return []
  const { major, connections, maxConnections, fsync } = postgres
  const findings = [
    ...(major >= oldestMajor ? [] : [fail(`is version ${major}`, `upgrade to ${oldestMajor} or newer`)]),
    ...(fsync ? [] : [fail('does not write to the disk what it acknowledges', 'set fsync = on')]),
    ...(connections < 0.8 * maxConnections
      ? []
      : [warn(`has ${connections} of ${maxConnections} connections in use`, 'raise max_connections')]),
  ]
  return findings.length > 0
    ? findings
    : [ok(`version ${major}, ${connections} of ${maxConnections} connections in use`)]
}
