import type { Check } from '../check.ts'

/** Where an organisation of the public network lists who has to attest its versions, one of them does. */
export const attestedInPublic: Check = {
  name: 'attested-in-public',
  look({ inPublic }) {
    if (inPublic === undefined || inPublic.parties === 'one' || inPublic.attested !== undefined) return undefined
    const reason = 'nobody whom its organisation lists as a publisher attests it'
    return { kind: 'hold', reason, remedy: 'install an earlier version, or wait until a publisher attests it' }
  },
}
