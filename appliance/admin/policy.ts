import { app } from '#lexicons'
import type { Admin } from './open-admin.ts'

export type PolicyTest = app.npm.registry.testPolicy.$OutputBody
export type PolicyChange = app.npm.registry.diffPolicy.Change

/** How far something is that looks at every known package. */
export type OnPage = (page: { packages: number; total: number }) => void

/** What each check says of a version. @throws NotFound, UpstreamUnavailable */
export function testPolicy({ appview, did: viewer }: Admin, name: string, version: string): Promise<PolicyTest> {
  return appview.call(app.npm.registry.testPolicy, { params: { viewer, name, version } })
}

// A page is bounded in versions, each of which is judged twice.
const pageTimeoutMs = 120_000

/** What another policy would change, of everything known here. @throws InvalidPolicy */
export async function diffPolicy({ appview }: Admin, policy: object, onPage: OnPage): Promise<PolicyChange[]> {
  const changes: PolicyChange[] = []
  let after: string | undefined
  do {
    const input = { policy: policy as Record<string, never>, ...(after === undefined ? {} : { after }) }
    const page = await appview.call(app.npm.registry.diffPolicy, { input, timeoutMs: pageTimeoutMs })
    changes.push(...page.changes)
    onPage(page)
    after = page.after
  } while (after !== undefined)
  return changes
}

/** Names of known packages whose scripts policy lets run. */
export async function listBuilders({ appview }: Admin, onPage: OnPage): Promise<string[]> {
  const names: string[] = []
  let after: string | undefined
  do {
    const params = after === undefined ? {} : { after }
    const page = await appview.call(app.npm.registry.listBuilders, { params, timeoutMs: pageTimeoutMs })
    names.push(...page.builders.map((builder) => builder.package))
    onPage(page)
    after = page.after
  } while (after !== undefined)
  return names
}
