import type { ImportPlan, PlannedPackage, PlannedVersion } from './plan.ts'

/** One package in the table of a plan. */
export interface PlanRow extends Record<string, unknown> {
  package: string
  versions: number
  size: string
  first: string
  last: string
  here: number
  refused: number
}

export function planRows({ packages }: ImportPlan): PlanRow[] {
  return packages.map((planned) => {
    const times = timesOf(planned.versions)
    return {
      package: planned.name,
      versions: planned.versions.length,
      size: megabytes(planned.versions.reduce((bytes, { size }) => bytes + size, 0)),
      first: times[0]?.slice(0, 10) ?? '',
      last: times.at(-1)?.slice(0, 10) ?? '',
      here: planned.present.length,
      refused: planned.refusals.length,
    }
  })
}

export interface PlanTotals {
  packages: number
  versions: number
  tarballBytes: number
  /** RFC 3339, of the oldest and newest version. */
  from: string | undefined
  until: string | undefined
  tags: number
  deprecations: number
  /** Versions that are here already. */
  present: number
  /** Versions, and packages as a whole, that are not imported. */
  refused: number
}

export function planTotals({ packages }: ImportPlan): PlanTotals {
  const versions = packages.flatMap((planned) => planned.versions)
  const times = timesOf(versions)
  const sum = (of: (planned: PlannedPackage) => number) => packages.reduce((total, planned) => total + of(planned), 0)
  return {
    packages: packages.filter((planned) => planned.versions.length > 0).length,
    versions: versions.length,
    tarballBytes: versions.reduce((bytes, { size }) => bytes + size, 0),
    from: times[0],
    until: times.at(-1),
    tags: sum(({ tags }) => tags.length),
    deprecations: sum(({ deprecations }) => deprecations.length),
    present: sum(({ present }) => present.length),
    refused: sum(({ refused, refusals }) => refusals.length + (refused === undefined ? 0 : 1)),
  }
}

/** "@acme/ui@1.0.0: its tarball is not in the storage", one line each. */
export function describeRefusals({ packages }: ImportPlan): string[] {
  return packages.flatMap(({ name, refused, refusals }) => [
    ...(refused === undefined ? [] : [`${name}: ${refused}`]),
    ...refusals.map(({ version, reason }) => `${name}@${version}: ${reason}`),
  ])
}

/** Tags that stay where they are, one line each. */
export function describeKeptTags({ packages }: ImportPlan): string[] {
  return packages.flatMap(({ name, keptTags }) =>
    keptTags.map((tag) => `${name}: the tag ${tag} stays on the version that was published here`),
  )
}

/** "3 packages, 45 versions, 12.3 MB, published from 2019-01-02 to 2024-05-06; 4 tags, 2 deprecations". */
export function describeTotals(totals: PlanTotals): string {
  const { packages, versions, tarballBytes, from, until, tags, deprecations } = totals
  const times = from === undefined ? '' : `, published from ${from.slice(0, 10)} to ${(until ?? from).slice(0, 10)}`
  const counts = `${plural(packages, 'package')}, ${plural(versions, 'version')}, ${megabytes(tarballBytes)}`
  return `${counts}${times}; ${plural(tags, 'tag')}, ${plural(deprecations, 'deprecation')}`
}

function timesOf(versions: readonly PlannedVersion[]): string[] {
  return versions.map(({ createdAt }) => createdAt).toSorted()
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function plural(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`
}
