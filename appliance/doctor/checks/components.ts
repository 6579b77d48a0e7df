import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('components')

/** Every process answers, and has what it needs. */
export const checkComponents: Check = ({ status: { components }, foreignPorts }) => {
  const foreign = foreignPorts.map(({ name, port }) =>
    fail(
      `another program listens on port ${port}, which is the ${name}'s`,
      `stop it, or set ATOLL_PORT_${name.toUpperCase()}=<port>`,
    ),
  )
  const troubled = components.flatMap(({ component, state, problem }) => {
    if (state === 'down')
      return [fail(`${component} ${problem}`, '"atoll up" starts the box; data/logs/atoll.log says why it ended')]
    if (state === 'not ready')
      return [fail(`${component} is not ready (${problem})`, 'see to what it needs: the box tries again by itself')]
    return problem === undefined ? [] : [warn(`${component} works, but ${problem}`, 'see to what it lacks')]
  })
  if (foreign.length + troubled.length > 0) return [...foreign, ...troubled]
  return [ok(`all ${components.length} answer`)]
}
