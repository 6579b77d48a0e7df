import { AtollError } from '#common/errors/index.ts'

/** Versions of packages that somebody has, by name. */
export type Installed = ReadonlyMap<string, ReadonlySet<string>>

const maxNames = 20_000
const maxVersions = 100_000
const maxNameLength = 214
const maxVersionLength = 256
// As wide as names are here (common/names); those of pnpm's workspaces are none.
const couldBeName = new RegExp(`^[\\x21-\\x7e]{1,${maxNameLength}}$`)

/** Names and versions of one audit, never more than an audit may ask about. */
export class InstalledBuilder {
  readonly #byName = new Map<string, Set<string>>()
  #versions = 0

  /** What could be no package, or has no version, is let by: npm sends what it finds in a folder. @throws AuditTooLarge */
  add(name: string, version: unknown): void {
    if (!couldBeName.test(name)) return
    if (typeof version !== 'string' || version === '' || version.length > maxVersionLength) return
    const known = this.#byName.get(name) ?? new Set()
    if (known.has(version)) return
    this.#byName.set(name, known.add(version))
    this.#versions += 1
    if (this.#byName.size > maxNames) throw new AtollError('AuditTooLarge', { what: 'packages', limit: maxNames })
    if (this.#versions > maxVersions) throw new AtollError('AuditTooLarge', { what: 'versions', limit: maxVersions })
  }

  get installed(): Installed {
    return this.#byName
  }
}

/** The body of a bulk audit: `{name: [versions]}`. @throws InvalidRequest, AuditTooLarge */
export function readBulk(body: unknown): Installed {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AtollError('InvalidRequest', { reason: 'an audit is an object with a list of versions for each name' })
  }
  const builder = new InstalledBuilder()
  for (const [name, versions] of Object.entries(body)) {
    if (!Array.isArray(versions)) {
      throw new AtollError('InvalidRequest', { reason: `"${name.slice(0, maxNameLength)}" has no list of versions` })
    }
    for (const version of versions) builder.add(name, version)
  }
  return builder.installed
}
