import { listPermissions, putPermission, type Rule } from '#appliance/admin/index.ts'
import type { SeedContext } from './context.ts'
import { organisation } from './organisation.ts'

const rules: readonly Rule[] = [
  { effect: 'allow', subject: 'everyone', action: 'read', packages: '@acme.test/*' },
  { effect: 'allow', subject: 'team:maintainers', action: 'publish', packages: '@acme.test/*' },
]

/** Everybody reads; maintainers publish. */
export async function layDownRules(context: SeedContext): Promise<void> {
  const org = organisation(context)
  const laid = await listPermissions(context.admin, org)
  for (const rule of rules) {
    const isLaid = laid.some(
      ({ effect, subject, action, packages }) =>
        effect === rule.effect && subject === rule.subject && action === rule.action && packages === rule.packages,
    )
    if (!isLaid) await context.approve(putPermission(org.did, rule))
  }
}
