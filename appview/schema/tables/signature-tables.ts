import type { Keyed } from './keyed.ts'

/** A signature of the registry over one version; the same is made of the same message by the same key. */
interface RegistrySignatureTable extends Keyed {
  keyid: string
  /** `name@version:integrity` */
  message: string
  signature: string
}

/** A key that was in use at some time. */
interface RegistryKeyTable extends Keyed {
  keyid: string
  first_used_at: Date
}

/** What the registry says of versions, signed. */
export interface SignatureTables {
  registry_signature: RegistrySignatureTable
  registry_key: RegistryKeyTable
}
