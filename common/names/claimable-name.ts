import { type PackageName, parsePackageName } from './package-name.ts'
import { packageKey } from './record-keys.ts'

/** What an organisation can claim and be granted: one package, or every package of a scope. */
export interface ClaimableName {
  /** As people write it: `@acme/ui`, `left-pad`, `@acme/*`. */
  name: string
  /** Without the @; undefined for names without one. */
  scope: string | undefined
  /** It is a whole scope. */
  whole: boolean
  /** The rkey of its claim and of its grant: `acme:ui`, `left-pad`, `acme:~`. */
  key: string
}

/**
 * @param raw a package's name, or `@scope/*`
 * @throws InvalidName
 */
export function parseClaimableName(raw: string): ClaimableName {
  // A scope is one wherever a package of it is valid.
  const ofScope = /^(@[^/]*\/)\*$/.exec(raw)?.[1]
  const { name, scope } = parsePackageName(ofScope === undefined ? raw : `${ofScope}x`)
  if (ofScope === undefined || scope === undefined) return { name, scope, whole: false, key: packageKey(name) }
  return { name: `@${scope}/*`, scope, whole: true, key: scopeKey(scope) }
}

/** The rkey for every package of a scope. No package can be called `~`, so it is the key of none. */
export function scopeKey(scope: string): string {
  return `${scope}:~`
}

/** The keys under which a package can be granted, the most exact first: that decides before the scope's. */
export function keysCovering({ name, scope }: Pick<PackageName, 'name' | 'scope'>): string[] {
  return scope === undefined ? [packageKey(name)] : [packageKey(name), scopeKey(scope)]
}
