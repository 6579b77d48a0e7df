import type { PolicyChange } from '#appliance/admin/index.ts'

/** A change as a line of a table. */
export function showChange({ package: name, version, source, from, to }: PolicyChange) {
  return {
    version: `${name}@${version}`,
    source,
    now: verdictOf(from),
    after: verdictOf(to),
    why: to.kind === 'allow' ? from.reason : to.reason,
  }
}

function verdictOf({ kind, check }: PolicyChange['from']): string {
  return check === undefined ? kind : `${kind} (${check})`
}
