const stackLine = /^\s+at /
const errorLine = /^(?:\w*Error\b|error:)/
// Warnings, and what Node prints around an error: where it was thrown, and its own version.
const noise = /^\(node:\d+\) |^\(Use `node |^node:|^\s+throw |^\s*\^+$|^Node\.js v/
const maxLines = 5

/**
 * What a process that ended said of the reason: the last error with its further lines, without the stack; where it
 * printed none, its last lines.
 * @param lines the end of what it printed on stderr
 */
export function lastWords(lines: readonly string[]): string[] {
  const error = lines.findLastIndex((line) => errorLine.test(line))
  if (error === -1) return lines.filter((line) => !stackLine.test(line) && !noise.test(line)).slice(-maxLines)
  const stack = lines.findIndex((line, index) => index > error && stackLine.test(line))
  return lines
    .slice(error, stack === -1 ? undefined : stack)
    .filter((line) => !noise.test(line))
    .slice(0, maxLines)
}
