import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backdatedRecord } from './inside/backdated-record.ts'
import { incompleteTransfer, oneSidedClaim } from './inside/names.ts'
import { provenance } from './inside/provenance.ts'
import { rewrittenVersion, stolenToken } from './inside/stolen-token.ts'
import { deletedRetirement, tagRollback } from './inside/tags-and-retirements.ts'
import { backdated } from './outside/backdated.ts'
import { colors } from './outside/colors.ts'
import { dependencyConfusion, lookAlike } from './outside/dependency-confusion.ts'
import { eventStream } from './outside/event-stream.ts'
import { leftPad } from './outside/left-pad.ts'
import { lyingLabelers, replayedLabels } from './outside/lying-labelers.ts'
import { uaParserJs } from './outside/ua-parser-js.ts'
import { worm } from './outside/worm.ts'
import { agreesWithPage, type Chapters, renderPage } from './page/page.ts'
import type { Scenario } from './page/scenario.ts'
import { Story } from './page/story.ts'
import { Stage } from './stage/stage.ts'

/** In the order of the page. */
const chapters: Chapters = {
  'Packages from outside': [eventStream, uaParserJs, colors, leftPad, worm, backdated],
  Names: [dependencyConfusion, lookAlike, oneSidedClaim, incompleteTransfer],
  'Packages of the company': [
    stolenToken,
    rewrittenVersion,
    tagRollback,
    deletedRetirement,
    backdatedRecord,
    provenance,
  ],
  Labels: [lyingLabelers, replayedLabels],
}

let stage: Stage
const stories = new Map<Scenario, Story>()

beforeAll(async () => {
  stage = await Stage.opens()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

describe.each(Object.entries(chapters))('%s', (_heading, scenarios) => {
  it.each(scenarios)('$title', async (scenario) => {
    const story = new Story(stage.names, () => stage.parts.scene.clock.now())
    await scenario.play(stage, story)
    stories.set(scenario, story)
  })
})

it('the page says what Atoll says', async () => {
  const untold = Object.values(chapters)
    .flat()
    .filter((scenario) => !stories.has(scenario))
  expect(untold.map(({ title }) => title)).toEqual([])
  await agreesWithPage(renderPage(chapters, stories))
})
