import { source as axeSource } from 'axe-core'
import type { Page } from 'playwright-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const widths = [360, 1280]
const height = 800

// Code of the page as text: this program has no document.
const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

declare const axe: {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
}

/**
 * What is wrong with a page for people who see it otherwise: at two widths, light and dark.
 * @returns one line for each problem; none for a good page
 */
export async function checkPage(page: Page): Promise<string[]> {
  const problems: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height })
    const overflow = await page.evaluate<number>(tooWide)
    if (overflow > 0) problems.push(`at ${width} px it is ${overflow} px too wide`)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const violations = await runAxe(page)
      problems.push(...violations.map((line) => `at ${width} px, ${colorScheme}: ${line}`))
    }
  }
  return problems
}

async function runAxe(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not concern; a script element would be refused.
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate((runOnly) => axe.run({ runOnly }), rules)
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}: ${node.failureSummary}`))
}
