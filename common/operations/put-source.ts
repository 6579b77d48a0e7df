import { type DeclaredSource, isValidRefPattern } from '#common/provenance/index.ts'
import { buildPackageRecord } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { checkName } from './check-package.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface PutSourceInput {
  /** CID of the package record. */
  record: string
  /** The package. */
  name: string
  description?: string | undefined
  license?: string | undefined
  keywords?: readonly string[] | undefined
  homepage?: string | undefined
  /** Where its versions are built; absent when that is not declared any more. */
  source?: DeclaredSource | undefined
  createdAt: string
}

const fieldsOfSource = ['issuer', 'repository', 'repositoryId', 'ownerId', 'workflows', 'refs', 'environments']

/** Where the versions of a package are built: what their provenance is held to. It writes the package's record as a whole. */
export const putSource = defineKind<PutSourceInput>({
  procedure: app.npm.operation.putSource.main.nsid,
  // Whoever declares another source decides whose builds pass: more than publishing one version.
  action: 'manage',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.putSourceInput, input)
    checkName(parsed.name)
    if (parsed.source !== undefined) checkSource(parsed.source)
    return parsed
  },
  packageOf: () => '*',
  draftRecord(org, { name, description, license, keywords, homepage, source, createdAt }) {
    const packageJson = { name, description, license, keywords: keywords && [...keywords], homepage }
    return buildPackageRecord({ org, tarball: { packageJson }, source: source && copyOf(source), createdAt })
  },
  summary: ({ name, source }) =>
    source === undefined
      ? `declare no source of ${name} any more`
      : `declare that ${name} is built from ${source.repository}`,
  consequence: ({ name, source }) =>
    source === undefined
      ? `Provenance of ${name} is then held to no repository: whoever may publish it may build it anywhere.`
      : `Versions of ${name} that say they were built anywhere else cannot be installed any more, also those that are there already. Versions that say nothing of it are not affected.`,
})

function checkSource(source: DeclaredSource): void {
  const { issuer, repository, repositoryId, ownerId, workflows, refs, environments } = source
  // What nobody reads could make two operations of one.
  const extra = Object.keys(source).find((field) => !fieldsOfSource.includes(field))
  if (extra !== undefined) throw refuseOperation(`its source has an unknown field "${extra}"`)
  for (const url of [issuer, repository]) {
    if (!/^https?:\/\/[^\s]+$/.test(url)) throw refuseOperation(`"${url}" is not an address`)
  }
  for (const id of [repositoryId, ownerId]) {
    if (!/^[0-9]{1,32}$/.test(id)) throw refuseOperation(`"${id}" is not the number of a repository or owner`)
  }
  for (const list of [workflows, refs, environments]) {
    if (list?.length === 0) throw refuseOperation('it has an empty list: leave it out')
    if (list !== undefined && new Set(list).size !== list.length) throw refuseOperation('it names something twice')
  }
  const odd = refs?.find((pattern) => !isValidRefPattern(pattern))
  if (odd !== undefined) throw refuseOperation(`"${odd}" is not a git ref, or a pattern of refs`)
}

function copyOf({ workflows, refs, environments, ...source }: DeclaredSource) {
  return {
    ...source,
    ...(workflows && { workflows: [...workflows] }),
    ...(refs && { refs: [...refs] }),
    ...(environments && { environments: [...environments] }),
  }
}
