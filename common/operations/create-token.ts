import { isValidPackagePattern } from '#common/authz/index.ts'
import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { readInput } from './read-input.ts'

export interface CreateTokenInput {
  record?: never
  /** What its maker calls it. */
  name: string
  description?: string | undefined
  access: string
  /** Names and patterns; `*` for every package the account may read or write. */
  packages: readonly string[]
  /** Networks it may be used from; none: from anywhere. */
  cidrs: readonly string[]
  expiresAt: string
  createdAt: string
}

const sentences: ReadonlyMap<string, string> = new Map([
  ['read-only', 'may only read'],
  ['read-write-stage-only', 'may read and stage releases'],
  ['read-write', 'may read and write'],
])

/** A token of the account that is the operation's `org`. The gateway makes it and writes no record. */
export const createToken = defineKind<CreateTokenInput>({
  procedure: app.npm.gateway.createToken.main.nsid,
  action: undefined,
  witness: undefined,
  executor: 'gateway',
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.createTokenInput, input)
    if (!sentences.has(parsed.access)) throw refuseOperation(`a token cannot have the access "${parsed.access}"`)
    const stranger = parsed.packages.find((pattern) => !isValidPackagePattern(pattern))
    if (stranger !== undefined) throw refuseOperation(`"${stranger}" is not a package name or pattern`)
    if (parsed.packages.length === 0) throw refuseOperation('a token for no package would be of no use')
    return parsed
  },
  packageOf: () => '*',
  draftRecord() {
    throw refuseOperation('a token is no record')
  },
  summary: ({ name, access, packages, expiresAt }) =>
    `create the token "${name}", which ${sentences.get(access)} ${listed(packages)} until ${expiresAt.slice(0, 10)}`,
})

function listed(packages: readonly string[]): string {
  if (packages.includes('*')) return 'every package'
  return packages.length > 3 ? `${packages.length} packages` : packages.join(', ')
}
