import type { z } from 'zod'
import { additionChecks } from './check-names.ts'
import type { policySchema } from './policy.ts'

/** Whole policies to begin with, from the one that lets in most. What somebody sets beside `preset` is laid over it. */
export const presetNames = ['relaxed', 'standard', 'strict'] as const
export type PresetName = (typeof presetNames)[number]

type Written = NonNullable<z.input<typeof policySchema>>

const easy = { minAge: '0h', installScripts: 'allow', holdAdded: [] } satisfies Written['upstream']
const careful = {
  minAge: '7d',
  installScripts: 'deny',
  holdAdded: [...additionChecks],
  holdAddedFor: 'released',
} satisfies Written['upstream']

/** As somebody would write them: what is not said is the default. */
export const presets = {
  relaxed: { public: easy, upstream: easy, lookAlikes: 'warn' },
  standard: {},
  strict: {
    internal: { holdAdded: [...additionChecks] },
    public: { ...careful, singleParty: 'hold' },
    upstream: { ...careful, firstUse: 'hold' },
    lookAlikes: 'hold',
  },
} satisfies Record<PresetName, Written>

/**
 * A policy as somebody wrote it, laid over the preset it names; lists are replaced and not joined. What is no policy at all is given
 * back as it is: the schema says what is wrong with it.
 * @param written what stands under `policy:`
 */
export function layOverPreset(written: unknown): unknown {
  if (!isMap(written)) return written
  const name = presetNames.find((preset) => preset === written['preset'])
  return name === undefined ? written : layOver(presets[name], written)
}

function layOver(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above
  const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])]
  return Object.fromEntries(
    keys.map((key) => [key, Object.hasOwn(above, key) ? layOver(below[key], above[key]) : below[key]]),
  )
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
