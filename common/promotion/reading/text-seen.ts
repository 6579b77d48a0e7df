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

/** Where something stands in it. */
export function lineAt({ text, firstLine }: Pick<TextSeen, 'text' | 'firstLine'>, index: number): number {
  let line = firstLine
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** A finding's place for what stands at an index. */
export function placeIn(seen: TextSeen, index: number): { version?: string; file: string; line: number } {
  const { version, file } = seen
  return { ...(version === undefined ? {} : { version }), file, line: lineAt(seen, index) }
}
