import type { Stage } from '#appliance/watch/index.ts'
import type { Check, Finding } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, warn, fail } = about('stages')

/** What is written arrives where people install from. */
export const checkStages: Check = ({ status: { stages } }) => stages.map((stage) => judgements[stage.state](stage))

const judgements: Record<Stage['state'], (stage: Stage) => Finding> = {
  ok: ({ stage }) => ok(`${stage} has everything`),
  behind: (stage) => warn(`${stage.stage} is ${describe(stage)}`, 'wait: it catches up by itself'),
  stuck: (stage) =>
    fail(
      `${stage.stage} is stuck: ${stage.problem ?? describe(stage)}`,
      `look for "${stage.stage.split(' ').at(-1)}" in data/logs/atoll.log`,
    ),
  unknown: ({ stage, problem }) => fail(`${stage}: ${problem}`, 'bring that component up first'),
}

function describe({ events = 0, seconds = 0 }: Stage): string {
  return `${events} events behind, the newest has waited for ${seconds} s`
}
