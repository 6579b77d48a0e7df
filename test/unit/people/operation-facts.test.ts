import { expect, it } from 'vitest'
import { operationFacts } from '#pds/people/pages/operation-facts.ts'

const shown = (input: Record<string, unknown>) => operationFacts(input, new Map()).markup

it('shows every value of what is nested, by the path to it, as text', () => {
  const page = shown({ job: { project: { id: 7, name: '<b>ui</b>' }, refs: ['main', 'next'] } })
  expect(page).toContain('<li>project.id: <code>7</code></li>')
  expect(page).toContain('<li>project.name: <code>&lt;b&gt;ui&lt;/b&gt;</code></li>')
  expect(page).toContain('<li>refs: <code>main, next</code></li>')
})
