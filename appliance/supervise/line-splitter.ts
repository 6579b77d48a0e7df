const maxLineLength = 64_000

/** Cuts what a process prints into lines; a line without end is cut, so that nothing grows without bound. */
export function lineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder()
  let rest = ''
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineLength) {
      lines.push(rest.slice(0, maxLineLength))
      rest = ''
    }
    for (const line of lines) if (line.trim() !== '') onLine(line.slice(0, maxLineLength))
  }
}
