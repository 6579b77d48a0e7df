import type { ReadSettings } from '../read-settings-file.ts'
import type { Settings } from '../settings.ts'

/** Something about valid settings that will not work, or may not be what was meant. */
export interface Finding extends Record<string, unknown> {
  level: 'fail' | 'warn'
  /** Dotted. */
  setting: string
  /** What is wrong, and what to do. */
  problem: string
}

/** What a check goes by. */
export interface Checked {
  read: ReadSettings
  settings: Settings
  env: NodeJS.ProcessEnv
}

/** Looks at one concern; some look at the machine, and some ask other hosts. */
export type Check = (checked: Checked) => Finding[] | Promise<Finding[]>
