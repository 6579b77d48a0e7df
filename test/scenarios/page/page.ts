import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { repository } from '#test/support/documents.ts'
import type { Scenario } from './scenario.ts'
import type { Story } from './story.ts'

export type Chapters = Record<string, Scenario[]>

const path = join(repository, 'docs/scenarios.md')

const opening = `# Scenarios

Attacks that happened, and some that will, and what Atoll shows and blocks in each. This page is written by \`test/scenarios\`: every
answer on it is what a real AppView said when the attack was played before it, and a test fails when it says something else.

The policy is the one that holds where nothing is set, but that \`dependencies\` is in \`policy.upstream.holdAdded\`, as it is in the
preset \`strict\`. [Policy](policy.md) explains the checks; [Labels](labels.md) how a company stops a package by itself;
[What to do when a package turns out to be bad](incident.md) comes after.
`

/** The page, out of what was told. */
export function renderPage(chapters: Chapters, stories: ReadonlyMap<Scenario, Story>): string {
  const parts = Object.entries(chapters).flatMap(([heading, scenarios]) => [
    `## ${heading}\n`,
    ...scenarios.map((scenario) => `### ${scenario.title}\n\n${scenario.given}\n\n${stories.get(scenario)?.text}\n`),
  ])
  return [opening, ...parts].join('\n')
}

/** Fails when `docs/scenarios.md` says something else; writes it where that is asked for. */
export async function agreesWithPage(page: string): Promise<void> {
  if (process.env['ATOLL_WRITE_SCENARIOS'] === '1') await writeFile(path, page)
  const written = await readFile(path, 'utf8').catch(() => '')
  expect(written, 'docs/scenarios.md is stale: run "npm run scenarios", and look at what changed').toBe(page)
}
