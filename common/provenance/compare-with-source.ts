import type { BuildIdentity } from './build-identity.ts'

/** Where a package is built, as its organisation declares it: the numbers decide, for names of repositories change hands. */
export interface DeclaredSource {
  /** `iss` of the jobs' ID tokens: numbers are a server's own. */
  issuer: string
  /** URL, for people. */
  repository: string
  repositoryId: string
  ownerId: string
  /** Paths in the repository; none: any of its workflows. */
  workflows?: readonly string[] | undefined
  /** `refs/heads/main`, `refs/tags/v*`: a star stands for anything but a slash, two for anything. None: any ref. */
  refs?: readonly string[] | undefined
  /** Deployment environments; none: any, or none. */
  environments?: readonly string[] | undefined
}

/** @returns why this build is not of the declared source, as the end of a sentence; undefined when it is. Pure. */
export function compareWithSource(build: BuildIdentity, source: DeclaredSource): string | undefined {
  const { workflows = [], refs = [], environments = [] } = source
  if (build.issuer !== source.issuer) return `it was built by jobs of ${build.issuer}, not of ${source.issuer}`
  if (build.repositoryId !== source.repositoryId) {
    const sameName = build.repository === source.repository ? ', another repository under the same name' : ''
    return `it was built from ${numbered(build.repository, build.repositoryId)}${sameName}, not from ${numbered(source.repository, source.repositoryId)}`
  }
  if (build.ownerId !== source.ownerId) {
    return `its repository belonged to owner ${build.ownerId ?? 'unknown'}, not to ${source.ownerId}`
  }
  if (workflows.length > 0 && !workflows.includes(build.workflow ?? '')) {
    return `it was built by the workflow ${build.workflow ?? 'unknown'}, not by ${either(workflows)}`
  }
  if (refs.length > 0 && !refs.some((pattern) => matchesRef(build.ref, pattern))) {
    return `it was built from ${build.ref}, not from ${either(refs)}`
  }
  if (environments.length > 0 && !environments.includes(build.environment ?? '')) {
    return `it was built ${build.environment === undefined ? 'in no environment' : `in the environment ${build.environment}`}, not in ${either(environments)}`
  }
  return undefined
}

/**
 * Holds a build to the `repository` of a version's own package.json, which is all that packages from outside declare.
 * @returns whether it names the same repository; undefined when it names none that could be compared. Pure.
 */
export function compareWithRepository(build: BuildIdentity, repositoryUrl: string | undefined): boolean | undefined {
  const named = repositoryUrl === undefined ? undefined : comparable(repositoryUrl)
  return named === undefined ? undefined : named === comparable(build.repository)
}

function numbered(repository: string, id: string | undefined): string {
  return `${repository} (id ${id ?? 'unknown'})`
}

function either(list: readonly string[]): string {
  return list.join(' or ')
}

/** Full refs, so that a tag is never taken for a branch; few stars, so that none takes long to compare. */
export function isValidRefPattern(pattern: string): boolean {
  return /^refs\/[!-~]+$/.test(pattern) && (pattern.match(/\*+/g) ?? []).length <= 4 && !pattern.includes('***')
}

/** In time that grows with both lengths alone: in public anybody declares any pattern, and a backtracking one takes for ever. */
function matchesRef(ref: string, pattern: string): boolean {
  // How many characters of `ref` what was read of the pattern may have matched.
  let reached: readonly boolean[] = Array.from({ length: ref.length + 1 }, (_, length) => length === 0)
  for (const part of pattern.match(/\*\*|./gsu) ?? []) reached = step(reached, part, ref)
  return reached.at(-1) === true
}

function step(reached: readonly boolean[], part: string, ref: string): boolean[] {
  const next: boolean[] = []
  for (let length = 0; length <= ref.length; length += 1) {
    const last = ref[length - 1]
    // A star goes on from where it was a character before; everything else takes exactly one.
    if (part === '**') next.push(reached[length] === true || next[length - 1] === true)
    else if (part === '*') next.push(reached[length] === true || (next[length - 1] === true && last !== '/'))
    else next.push(last === part && reached[length - 1] === true)
  }
  return next
}

// The spellings npm knows: https://docs.npmjs.com/cli/configuring-npm/package-json#repository
const shorthand = /^(?:(github|gitlab):)?([\w.-]+\/[\w.-]+)$/
const spelled = /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/(.+?)(?:\.git)?\/?(?:#.*)?$/

/** Host and path in lower case, as forges compare them. */
function comparable(url: string): string | undefined {
  const [, forge = 'github', short] = shorthand.exec(url) ?? []
  if (short !== undefined) return `${forge}.com/${short}`.toLowerCase()
  const [, host, path] = spelled.exec(url) ?? []
  return host === undefined ? undefined : `${host}/${path}`.toLowerCase()
}
