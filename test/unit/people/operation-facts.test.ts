import { expect, it } from 'vitest'
import { operationFacts } from '#pds/people/pages/operation-facts.ts'

const shown = (input: Record<string, unknown>) => operationFacts(input, new Map()).markup

it('shows every value of what is nested, by the path to it, as text', () => {
  const page = shown({ job: { project: { id: 7, name: '<b>ui</b>' }, refs: ['main', 'next'] } })
  expect(page).toContain('<li>project.id: <code>7</code></li>')
  expect(page).toContain('<li>project.name: <code>&lt;b&gt;ui&lt;/b&gt;</code></li>')
  expect(page).toContain('<li>refs: <code>main, next</code></li>')
})

it('shows what somebody else asked for as if it were its own, and all of what is signed now', () => {
  const versions = [{ version: '1.0.0', cid: 'bafy-one' }]
  const waivers = [{ code: 'company-mail', reason: 'they agreed' }]
  const request = { name: '@acme.test/ui', versions, waivers, requestedBy: 'did:plc:a', createdAt: '2026-01-01' }
  const page = shown({
    request,
    attest: [{ version: '1.0.0', integrity: 'sha512-x' }],
    record: 'bafy-it',
    createdAt: '2026-02-02',
  })
  for (const text of ['@acme.test/ui', 'bafy-one', 'company-mail', 'they agreed', 'did:plc:a', '2026-01-01']) {
    expect(page).toContain(text)
  }
  for (const text of ['You stand behind', 'sha512-x', 'bafy-it', '2026-02-02']) expect(page).toContain(text)
})
