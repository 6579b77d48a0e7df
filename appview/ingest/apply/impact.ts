/** A package, in the tables of this network. */
export interface PackageId {
  org: string
  name: string
}

/** What a batch of record changes has touched, and what therefore has to be decided and rendered again. */
export class Impact {
  readonly #packages = new Map<string, PackageId>()
  /** Organisations where a team, permission, approval or manager changed. */
  readonly rights = new Set<string>()

  touchPackage(org: string, name: string): void {
    this.#packages.set(`${org} ${name}`, { org, name })
  }

  touchRights(org: string): void {
    this.rights.add(org)
  }

  get packages(): PackageId[] {
    return [...this.#packages.values()]
  }
}
