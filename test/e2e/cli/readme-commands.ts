import { readDocument } from '#test/support/documents.ts'

/** Every command the README tells people to run, in its order. */
export async function readmeCommands(): Promise<string[]> {
  const { blocks } = await readDocument('README.md')
  const commands = blocks.filter(({ language }) => language === 'sh')
  return commands.flatMap(({ text }) => text.split('\n').filter((line) => line !== ''))
}
