import semver from 'semver'

export interface LaterVersion {
  version: string
  cid: string
}

/** How far the rounds through the later versions of a package came, and what stops some. */
export interface Turns {
  /** The last one that was looked at. */
  after?: string | undefined
  problems: Map<string, string>
}

export const noTurns = (): Turns => ({ problems: new Map() })

/**
 * Those whose turn it is: each is read as a whole, so it is a few at a time, and what never passes must not keep the others from theirs.
 * @param later lowest first
 */
export function nextTurn(turns: Turns, later: readonly LaterVersion[], count: number): LaterVersion[] {
  const { after } = turns
  const next = after === undefined ? 0 : later.findIndex(({ version }) => semver.gt(version, after))
  const start = Math.max(next, 0)
  const chosen = [...later.slice(start), ...later.slice(0, start)].slice(0, count)
  turns.after = chosen.at(-1)?.version
  const left = new Set(later.map(({ version }) => version))
  for (const version of turns.problems.keys()) if (!left.has(version)) turns.problems.delete(version)
  return chosen
}

/** What stops the lowest of those that do not follow. */
export function firstProblem({ problems }: Turns): string | undefined {
  const [lowest] = semver.sort([...problems.keys()])
  return lowest === undefined ? undefined : problems.get(lowest)
}
