import type { z } from 'zod'

/** One line per wrong setting: where it is, what is wrong, and for an unknown key the nearest one there is. */
export function describeProblems(error: z.ZodError, known: readonly string[]): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') return [`${path}: ${issue.message}`]
    return issue.keys.map((key) => {
      const full = path === '' ? key : `${path}.${key}`
      const near = nearest(full, known)
      return `${full}: there is no such setting${near === undefined ? '' : `; did you mean ${near}?`}`
    })
  })
}

/** The known word that takes the fewest edits, when that is few enough to be a slip of the finger. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: { word: string; edits: number } | undefined
  for (const candidate of known) {
    const edits = editDistance(word, candidate)
    if (edits <= maxEdits && (best === undefined || edits < best.edits)) best = { word: candidate, edits }
  }
  return best?.word
}

const maxEdits = 3

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
