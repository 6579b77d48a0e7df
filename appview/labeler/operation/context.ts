import type { IdTokens, OperationRequest, PersonTokenRules, VerifiedIdToken } from '#common/ceremony/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#common/identity/index.ts'
import type { PutLabelsInput } from '#common/operations/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { XrpcContext } from '../../xrpc/context.ts'
import type { Labeler } from '../labeler.ts'
import type { RuleKeeper } from '../rule-keeper.ts'

/** What the steps stand on. */
export interface LabelingServices {
  labeler: Labeler
  rules: Pick<RuleKeeper, 'look'>
  idTokens: IdTokens
  callers: PersonTokenRules
  hosts: { org: PeerClient; people: PeerClient }
}

/** One operation on its way through its steps. */
export interface LabelingContext extends OperationRequest<PutLabelsInput> {
  appview: XrpcContext
  services: LabelingServices
  /** Set by verifyCaller. */
  caller?: Account
  /** Set by verifyIdToken. */
  confirmation?: VerifiedIdToken
  /** Set by label. */
  labels?: number
}

export type LabelingStep = (context: LabelingContext) => Promise<void>

/** @throws InternalError when the step that sets it has not run: the list of steps is in the wrong order */
export function required<T>(value: T | undefined, setBy: string): T {
  if (value === undefined) throw new AtollError('InternalError', {}, new Error(`${setBy} has to run before`))
  return value
}
