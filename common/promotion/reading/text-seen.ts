/** A text, or a piece of a long one. */
export interface TextSeen {
  /** Absent for texts of the package itself. */
  version?: string
  /** As findings name it. */
  file: string
  /** Path in the tarball, when it is a file's own text and not one found within. */
  path?: string
  text: string
  /** Of the first line of the piece. */
  firstLine: number
  /** It is all of the text. */
  whole: boolean
}

// Checks find things from the top down, so the lines before the last one need not be counted again.
const counted = new WeakMap<TextSeen, { index: number; line: number }>()

function lineAt(seen: TextSeen, index: number): number {
  const last = counted.get(seen)
  let { index: at, line } = last !== undefined && last.index <= index ? last : { index: 0, line: seen.firstLine }
  for (let end = seen.text.indexOf('\n', at); end !== -1 && end < index; end = seen.text.indexOf('\n', at)) {
    at = end + 1
    line += 1
  }
  counted.set(seen, { index: at, line })
  return line
}

/** A finding's place for what stands at an index. */
export function placeIn(seen: TextSeen, index: number): { version?: string; file: string; line: number } {
  const { version, file } = seen
  return { ...(version === undefined ? {} : { version }), file, line: lineAt(seen, index) }
}
