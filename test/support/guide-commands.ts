import { readDocument } from './documents.ts'

/**
 * The commands of a guide in `docs`, by what stands behind `sh` at the start of their block.
 * @param guide such as `monorepos.md`
 */
export async function guideCommands(guide: string): Promise<Record<string, string[]>> {
  const { blocks } = await readDocument(`docs/${guide}`)
  const named = blocks.filter(({ language, label }) => language === 'sh' && label !== '')
  return Object.fromEntries(named.map(({ label, text }) => [label, text.split('\n').filter((line) => line !== '')]))
}
