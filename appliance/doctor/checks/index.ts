import type { Check } from '../finding.ts'
import { checkClocks } from './clocks.ts'
import { checkComponents } from './components.ts'
import { checkDisk } from './disk.ts'
import { checkDroppedEvents } from './dropped-events.ts'
import { checkFolder } from './folder.ts'
import { checkIdentities } from './identities.ts'
import { checkIndex } from './index-complete.ts'
import { checkManagers } from './managers.ts'
import { checkNodeVersion } from './node-version.ts'
import { checkPostgres } from './postgres.ts'
import { checkPromotions } from './promotions.ts'
import { checkProviders } from './providers.ts'
import { checkPublicNetwork } from './public-network.ts'
import { checkReachable } from './public-urls.ts'
import { checkSettingsGood } from './settings.ts'
import { checkStages } from './stages.ts'
import { checkTokens } from './tokens.ts'
import { checkUpstreams } from './upstreams.ts'

/** What is looked at, from the ground up: what stands first may explain what comes later. */
export const checks = [
  checkNodeVersion,
  checkSettingsGood,
  checkFolder,
  checkDisk,
  checkPostgres,
  checkClocks,
  checkComponents,
  checkStages,
  checkDroppedEvents,
  checkIndex,
  checkIdentities,
  checkProviders,
  checkReachable,
  checkUpstreams,
  checkPublicNetwork,
  checkPromotions,
  checkManagers,
  checkTokens,
] as const satisfies Check[]
