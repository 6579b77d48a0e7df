import { parsePackageName } from '#common/names/index.ts'
import { network, type Tx } from '../schema/index.ts'

/** Names that are the company's own: scopes, without their @, and names of single packages. */
export interface OwnNames {
  scopes: readonly string[]
  packages: readonly string[]
}

/** @param privateNames `names.private` of the configuration: `acme.com`, `@acme/*`, `left-pad` */
export async function ownNames(tx: Tx, privateNames: readonly string[]): Promise<OwnNames> {
  const scopes = await tx.selectFrom('ledger_scope').where('network', '=', network).select('scope').execute()
  const granted = await tx.selectFrom('ledger_name').where('network', '=', network).select('name').execute()
  const entries = [...privateNames.map((entry) => entry.toLowerCase()), ...granted.map(({ name }) => name)]
  return {
    scopes: [...scopes.map(({ scope }) => scope), ...entries.flatMap((entry) => scopeOf(entry) ?? [])],
    packages: entries.filter((entry) => scopeOf(entry) === undefined),
  }
}

/** A handle is a scope written without its @. */
function scopeOf(entry: string): string | undefined {
  const whole = /^@([^/]+)(?:\/\*)?$/.exec(entry)?.[1]
  if (whole !== undefined || entry.startsWith('@')) return whole
  return entry.includes('.') && isHandle(entry) ? entry : undefined
}

function isHandle(entry: string): boolean {
  try {
    return parsePackageName(`@${entry}/x`).scope === entry
  } catch {
    return false
  }
}
