import { checkBuckets } from './buckets.ts'
import { checkDatabase } from './database.ts'
import type { Check, Checked, Finding } from './finding.ts'
import { checkFixedByFirstStart } from './fixed-by-first-start.ts'
import { checkIdentityProviders } from './identity-providers.ts'
import { checkNamedFiles } from './named-files.ts'
import { checkNotify } from './notify.ts'
import { checkOutside } from './outside.ts'
import { checkPasskeys } from './passkeys.ts'
import { checkPrivateNames } from './private-names.ts'
import { checkPromotion } from './promotion.ts'
import { checkPublicHosts } from './public-hosts.ts'
import { checkPublicNetwork } from './public-network.ts'
import { checkPublicUrls } from './public-urls.ts'
import { checkSecrets } from './secrets.ts'
import { checkStorage } from './storage.ts'

const here = [
  checkPublicUrls,
  checkPasskeys,
  checkPrivateNames,
  checkNamedFiles,
  checkOutside,
  checkPublicNetwork,
  checkPromotion,
  checkStorage,
  checkNotify,
  checkSecrets,
  checkFixedByFirstStart, // against what the data folder says
] as const satisfies Check[]

const elsewhere = [checkIdentityProviders, checkPublicHosts, checkDatabase, checkBuckets] as const satisfies Check[]

/** What a schema cannot see: looks at files and the data folder, and unless `offline` asks the hosts that settings name. */
export async function checkSettings(checked: Checked, { offline }: { offline: boolean }): Promise<Finding[]> {
  const checks: readonly Check[] = offline ? here : [...here, ...elsewhere]
  return (await Promise.all(checks.map((check) => check(checked)))).flat()
}
