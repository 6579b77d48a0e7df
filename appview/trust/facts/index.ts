import type { Teller } from '../trust-fact.ts'
import { tellAdditions } from './tell-additions.ts'
import { tellAdvisories } from './tell-advisories.ts'
import { tellAge } from './tell-age.ts'
import { tellAttestation } from './tell-attestation.ts'
import { tellBytes } from './tell-bytes.ts'
import { tellExceptions } from './tell-exceptions.ts'
import { tellLabels } from './tell-labels.ts'
import { tellOrigin } from './tell-origin.ts'
import { tellProvenance } from './tell-provenance.ts'
import { tellPublic } from './tell-public.ts'
import { tellPublishersWord } from './tell-publishers-word.ts'
import { tellPurge } from './tell-purge.ts'
import { tellRecord } from './tell-record.ts'
import { tellTampering } from './tell-tampering.ts'

/** In the order in which people read them. */
export const tellers = [
  tellPurge,
  tellRecord,
  tellPublic,
  tellAttestation,
  tellTampering,
  tellAge,
  tellAdditions,
  tellProvenance,
  tellLabels,
  tellAdvisories,
  tellExceptions,
  tellPublishersWord,
  tellOrigin,
  tellBytes,
] as const satisfies readonly Teller[]
