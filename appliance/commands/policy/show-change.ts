import type { UsedChange } from '#appliance/admin/index.ts'

/** A change as a line of a table. */
export function showChange({ package: name, version, source, from, to, inUse }: UsedChange) {
  return {
    version: `${name}@${version}`,
    source,
    now: verdictOf(from),
    after: verdictOf(to),
    'in use': useOf(inUse),
    why: to.kind === 'allow' ? from.reason : to.reason,
  }
}

/** Somebody could install it, and could not any more. */
export function isLost({ from, to }: UsedChange): boolean {
  return from.kind === 'allow' && to.kind !== 'allow'
}

function verdictOf({ kind, check }: UsedChange['from']): string {
  return check === undefined ? kind : `${kind} (${check})`
}

function useOf(use: UsedChange['inUse']): string {
  if (use === undefined) return 'no'
  return `${use.lastAt.slice(0, 10)}, ${counted(use.accounts, 'account')}, ${counted(use.tokens, 'token')}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
