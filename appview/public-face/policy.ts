import { type Policy, policySchema } from '#common/policy/index.ts'

const atOnce = { minAge: '0h', installScripts: 'allow', holdAdded: [] } as const

/**
 * What strangers are shown: every version that both parties stand for, at once. Whoever installs it has a policy of their own, so nothing
 * waits here; but where no publishers are listed there is no second party, and nothing is shown. That a listed publisher attests, and that it
 * is neither changed nor withdrawn, no policy waives.
 */
export const facePolicy: Policy = policySchema.parse({
  public: { ...atOnce, singleParty: 'hold' },
  upstream: atOnce,
  labels: { block: [], hold: [], warn: [] },
  lookAlikes: 'allow',
  exempt: [
    {
      packages: ['*'],
      checks: ['listed-publisher'],
      reason: 'publishers are hosted by the other party, so a list that a burglar changes names nobody of theirs',
    },
  ],
})
