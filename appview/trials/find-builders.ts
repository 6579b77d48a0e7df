import type { Policy } from '#common/policy/index.ts'
import { decide, type VersionFacts } from '../verdict/index.ts'
import { type Walk, type WalkedPage, walkKnown } from './walk-known.ts'

type Builder = Pick<VersionFacts, 'name' | 'source'>

/** A page of the known packages of which some version may be installed that runs something then. */
export async function findBuilders(
  walk: Walk & { policy: Policy },
): Promise<WalkedPage & { builders: readonly Builder[] }> {
  const { found: builders, ...page } = await walkKnown(walk, (all) => {
    const one = all.find((facts) => runsSomething(facts) && decide(facts, walk.policy).kind === 'allow')
    return one === undefined ? [] : [{ name: one.name, source: one.source }]
  })
  return { ...page, builders }
}

function runsSomething({ traits }: VersionFacts): boolean {
  return traits.some(({ check }) => check === 'install-scripts' || check === 'native-build')
}
