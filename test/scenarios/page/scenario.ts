import type { Stage } from '../stage/stage.ts'
import type { Story } from './story.ts'

/** A known attack, told before a real AppView. */
export interface Scenario {
  title: string
  /** What happened, there or elsewhere: the beginning of its chapter on the page. */
  given: string
  play: (stage: Stage, told: Story) => Promise<void>
}

/** @param given sentences of Markdown */
export function scenario(title: string, given: string, play: Scenario['play']): Scenario {
  return { title, given, play }
}
