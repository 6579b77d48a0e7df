import { defineCheck } from '../check.ts'
import { findSecrets } from '../reading/find-secrets.ts'
import { placeIn } from '../reading/text-seen.ts'

const remedy = 'Revoke it now, for it is in the registry already; take it out, and publish a new version'

/** No key, token or password, of any of the kinds the rules know. */
export const secrets = defineCheck({
  name: 'secrets',
  codes: {
    secret: { severity: 'error', finds: 'keys, tokens and passwords, in any text, by the rules of secretlint' },
  },
  look: (_, say) => ({
    async text(seen) {
      for (const { kind, index } of await findSecrets(seen)) {
        say('secret', placeIn(seen, index), `It has a secret in it (${kind})`, remedy)
      }
    },
  }),
})
