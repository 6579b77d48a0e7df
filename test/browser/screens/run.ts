import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Chromium } from '#test/support/chromium.ts'
import { Developer } from '#test/support/developer.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'
import { screens } from './pages.ts'

/** `npm run screens`: pictures of every page, for docs/screens, taken from a real box with a real browser. */
const folder = join(import.meta.dirname, '../../../docs/screens')
const looks = [
  { suffix: '', colorScheme: 'light', width: 960 },
  { suffix: '-dark-phone', colorScheme: 'dark', width: 400 },
] as const

await mkdir(folder, { recursive: true })
await using box = await startSupervisedBox()
await using chromium = await Chromium.start()
await using visitor = await chromium.visitor()
const alice = await Developer.signIn(box.gateway, 'alice')
for (const { file, go } of screens) {
  await go(visitor.page, alice)
  for (const { suffix, colorScheme, width } of looks) {
    await visitor.page.emulateMedia({ colorScheme })
    await visitor.page.setViewportSize({ width, height: 700 })
    await visitor.page.screenshot({ path: join(folder, `${file}${suffix}.png`), fullPage: true })
  }
  process.stdout.write(`${file}\n`)
}
await writeFile(join(folder, 'README.md'), readme())
if (visitor.troubles.length > 0) throw new Error(visitor.troubles.join('\n'))

function readme(): string {
  const sections = screens.map(
    ({ file, caption }) =>
      `## ${caption}\n\n![${file}](${file}.png)\n\n![${file}, dark, on a phone](${file}-dark-phone.png)\n`,
  )
  return [
    '# Every page',
    '',
    'Taken by `npm run screens` from a box with the demo identity provider.',
    '',
    ...sections,
  ].join('\n')
}
