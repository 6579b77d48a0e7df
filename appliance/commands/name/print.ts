/** Prints what was done: lines for people, the result for programs. */
export function print(
  result: Record<string, string | undefined>,
  { json }: { json?: boolean },
  lines: readonly string[],
): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 2) : lines.join('\n')}\n`)
}

export const examples = `
A name is a package's, or "@scope/*" for every package of a scope; quote it, or the shell reads the star.
What is granted is never looked up outside again, and takes two: the organisation claims it (approved in the browser
by you, who manages it), and the registry grants it (this command, on the machine of the box).`
