import { distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import type { SettingPath } from '../document/index.ts'
import { type JsonSchema, schemasAt, settingsJsonSchema } from './json-schema.ts'

/** Says where a setting comes from: `atoll.yaml:3:5`, or the name of an environment variable. */
export type Locate = (path: SettingPath) => string | undefined

/** One line per wrong setting: where it is, what is wrong, and for an unknown key the nearest one of that place. */
export function describeProblems(error: z.ZodError, locate: Locate): string[] {
  const schema = settingsJsonSchema()
  return error.issues.flatMap(issuesOf).flatMap(({ path, issue }) => {
    const line = (at: SettingPath, words: string) =>
      [locate(at), `${at.join('.')}: ${words}`].filter(Boolean).join(': ')
    if (issue.code !== 'unrecognized_keys') return [line(path, issue.message)]
    return issue.keys.map((key) => {
      const full = [...path, key]
      const near = nearest(key, keysAt(schema, path))
      const hint = near === undefined ? '' : `; did you mean ${[...path, near].join('.')}?`
      return line(full, `there is no such setting${hint}`)
    })
  })
}

interface Problem {
  path: SettingPath
  issue: z.core.$ZodIssue
}

/** Of alternatives, the one that was meant is the one with the fewest problems. */
function issuesOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol')
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, issue }]
  const [meant] = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)
  if (meant === undefined || depthOf(meant) === 0) return [{ path, issue }]
  return meant.flatMap((inner) => issuesOf({ ...inner, path: [...path, ...inner.path] }))
}

/** An alternative that failed deep inside was recognised; one that failed at once is of another kind. */
function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)))
}

function keysAt(schema: JsonSchema, path: SettingPath): string[] {
  return schemasAt(schema, path).flatMap(({ properties = {} }) => Object.keys(properties))
}

const maxEdits = 3

/** The known word that takes the fewest edits, when that is few enough to be a slip of the finger. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known.map((key) => ({ key, edits: distance(word, key) })).sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.min(maxEdits, word.length - 1) ? best.key : undefined
}
