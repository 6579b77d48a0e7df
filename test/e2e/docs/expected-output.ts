/**
 * Whether a program said what a page shows of it: each line of the page in some line of the output, in the order of the page.
 * `…` on the page stands for anything.
 * @returns the line that is missing
 */
export function missingLine(shown: string, output: string): string | undefined {
  const lines = output.split('\n')
  let at = 0
  for (const line of shown.split('\n').filter((text) => text.trim() !== '')) {
    const found = lines.findIndex((candidate, index) => index >= at && patternOf(line).test(candidate))
    if (found < 0) return line
    at = found + 1
  }
  return undefined
}

function patternOf(line: string): RegExp {
  const parts = line
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ +/g, ' +'))
  return new RegExp(`^\\s*${parts.join('.*')}`)
}
