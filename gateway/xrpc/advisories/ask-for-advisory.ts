import type { AtUriString } from '@atproto/syntax'
import { sha256 } from '#common/crypto/index.ts'
import { type ComposedOperation, putAdvisory } from '#common/operations/index.ts'
import { type BuiltRecord, parseOperation } from '#common/records/index.ts'
import type { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import { askForApproval, type Exchange } from '../../npm/index.ts'

type Written = app.npm.gateway.addAdvisory.$OutputBody

interface AdvisoryCall extends Exchange {
  /** What somebody sent; the same again, with a code, means the same operation. */
  asked: object
  /** @returns the operation; or what is there already, when there is nothing to do */
  compose(): Promise<(ComposedOperation & { write: BuiltRecord }) | Written>
}

/**
 * Either half of the ceremony for an advisory.
 * @returns the record that stands; undefined when the answer, 401 with where to approve it, is sent
 * @throws what `compose` throws; InvalidCode, and what the org PDS refuses
 */
export async function askForAdvisory(gateway: GatewayContext, call: AdvisoryCall): Promise<Written | undefined> {
  const { asked, compose } = call
  let standing: Written | undefined
  const done = await askForApproval(gateway, call, {
    subject: putAdvisory.procedure,
    fingerprint: sha256(JSON.stringify(['advisory', asked])),
    compose: async () => {
      const composed = await compose()
      if ('bytes' in composed) return composed
      standing = composed
      return undefined
    },
  })
  if (done === undefined) return standing
  if (done === 'sent') return undefined
  const { record_uri: uri, record_cid: cid, bytes } = done
  return { id: putAdvisory.parseInput(parseOperation(bytes).input).id, uri: uri as AtUriString, cid }
}
