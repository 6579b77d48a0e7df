import validateNpmName from 'validate-npm-package-name'
import { AtollError } from '#common/errors/index.ts'

/** A package name as the whole box speaks of it: decoded, lower case, ASCII. */
export interface PackageName {
  /** With its scope: `@acme.test/hello`, `left-pad`. */
  name: string
  /** Without the @; undefined for names without one. */
  scope: string | undefined
  /** Without the scope. */
  bare: string
  /**
   * As it was asked for, capitals kept. For upstream registries only: they still hold names from before capitals were
   * refused (JSONStream), while everything that decides where a name belongs looks at `name`.
   */
  exact: string
}

// Narrower than npm: nothing that is not allowed in a record key, and no scope that starts like a hidden file or an option.
const pattern = /^(?:@([a-z0-9][a-z0-9._-]*)\/)?([a-z0-9_-][a-z0-9._-]*)$/
const maxLength = 214

/**
 * @param raw as it stands in a URL or a manifest; percent-encoding is taken off once, and never a second time
 * @throws InvalidName
 */
export function parsePackageName(raw: string): PackageName {
  const decoded = decodeOnce(raw)
  // Before lower-casing: the Kelvin sign, among others, becomes an ASCII letter there.
  if (!/^[\x21-\x7e]+$/.test(decoded)) throw invalid(raw, 'only visible ASCII characters are allowed')
  const name = decoded.toLowerCase()
  if (name.length > maxLength) throw invalid(raw, `it is longer than ${maxLength} characters`)
  const match = pattern.exec(name)
  if (match?.[2] === undefined) throw invalid(raw, 'use letters, digits, ".", "_" and "-", after an optional "@scope/"')
  // "For old packages", because names of Node's own modules (events, buffer, punycode) are installed by everybody.
  const { validForOldPackages, errors } = validateNpmName(name)
  if (!validForOldPackages) throw invalid(raw, errors?.[0])
  return { name, scope: match[1], bare: match[2], exact: decoded }
}

/** What a package is called where it was found: upstream's names may have capitals. */
export function nameAt(source: 'private' | 'public' | 'upstream', { name, exact }: PackageName): string {
  return source === 'upstream' ? exact : name
}

/** A scope with a dot is a handle; a classic npm scope almost never has one (DESIGN §3). */
export function isHandleScope(scope: string): boolean {
  return scope.includes('.')
}

function decodeOnce(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    throw invalid(raw, 'its percent-encoding is broken')
  }
}

function invalid(raw: string, reason: string | undefined): AtollError {
  return new AtollError('InvalidName', { package: raw.slice(0, maxLength), reason })
}
