import type { Outside, Settings, Storage } from '#appliance/config/index.ts'
import type { NoticesConfig } from '#appview/notices/config.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import type { CrossPublishConfig } from '#pds/org/promotion/cross-publish/config.ts'
import type { FaceSecrets } from './face-secrets.ts'
import type { Layout } from './layout.ts'
import type { DatabaseRole, Secrets } from './secrets.ts'

/** What configurations are made of. */
export interface Parts {
  settings: Settings
  secrets: Secrets
  network: NetworkConfig
  databaseUrls: Record<DatabaseRole, string>
  outside: Outside
  /** All on one machine when absent. */
  layout?: Layout
  /** Issuer → client secret, of the identity providers in the settings. */
  idpSecrets: Readonly<Record<string, string>>
  storage: Storage
  notices: NoticesConfig
  /** Another registry that gets what is made public. */
  crossPublish?: CrossPublishConfig | undefined
  /** Where packages are made public. */
  face?: FaceParts
}

/** What those of the public face are made of besides. */
export interface FaceParts {
  secrets: FaceSecrets
  /** Public key of the public AppView and gateway, as did:key. */
  keys: Record<'public-appview' | 'public-gateway', string>
  /** postgres:// URL by role. */
  databaseUrls: Readonly<Record<string, string>>
}
