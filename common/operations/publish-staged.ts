import { app } from '#lexicons'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { checkPublished, type PublishInput, publish } from './publish.ts'
import { readInput } from './read-input.ts'

export interface PublishStagedInput extends PublishInput {
  /** Who staged it: a person's DID, or the at-URI of a trusted publisher. */
  stagedBy: string
}

/**
 * A version that somebody staged, published by somebody else (DESIGN §2, step 2). Who staged it is part of what is signed, so that
 * every reader can tell that these were two.
 */
export const publishStaged = defineKind<PublishStagedInput>({
  procedure: app.npm.operation.publishStaged.main.nsid,
  action: 'approve',
  witness: app.npm.publish.attestation.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.publishStagedInput, input)
    checkPublished(parsed)
    if (!isStager(parsed.stagedBy)) throw refuseOperation('it does not say which person or trusted publisher staged it')
    return parsed
  },
  packageOf: publish.packageOf,
  draftRecord: publish.draftRecord,
  draftFurther: (org, input) => publish.draftFurther?.(org, input) ?? [],
  summary: (input) => `${publish.summary(input)}, which somebody else staged`,
  consequence: () =>
    'From then on it can be installed. You stand behind it with your name, as if you had published it.',
})

/** A person's DID, or the at-URI of a trusted publisher's record. */
function isStager(stager: string): boolean {
  const { $type } = app.npm.org.trustedPublisher.main
  return (
    /^did:plc:[a-z2-7]{24}$/.test(stager) ||
    (/^at:\/\/did:plc:[a-z2-7]{24}\//.test(stager) && stager.split('/')[3] === $type && stager.split('/').length === 5)
  )
}
