import type { DidString, UriString } from '@atproto/lex-schema'
import semver from 'semver'
import { sha256 } from '#common/crypto/index.ts'
import { composeLabels, type PutLabelsInput, putLabels } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import { askForApproval, checkPermission, type Exchange } from '../npm/index.ts'
import { operationLifetimeSeconds } from '../operations/index.ts'
import { deciderOf, findAbout } from './find-decider.ts'

type Asked = app.npm.gateway.label.$InputBody

/**
 * Labels something after a fresh confirmation: the first call opens the approval, the second brings the code.
 * @returns what was labelled; undefined when the answer, 401 with where to approve it, is sent
 * @throws UnknownLabel, NotFound, Forbidden, InvalidOperation, InvalidCode, and what the AppView refuses
 */
export async function label(
  gateway: GatewayContext,
  { input, ...exchange }: Exchange & { input: Asked },
): Promise<app.npm.gateway.label.$OutputBody | undefined> {
  const done = await askForApproval(gateway, exchange, {
    subject: `${putLabels.procedure} ${input.about}`,
    fingerprint: sha256(JSON.stringify(['label', ...Object.entries(input).sort()])),
    compose: () => compose(gateway, input, exchange.session),
  })
  return done === 'sent' ? undefined : describe(gateway, done.bytes)
}

async function compose(gateway: GatewayContext, asked: Asked, session: Session) {
  const { subject, org: did } = await findAbout(gateway, session, asked.about, asked.org)
  const org = await deciderOf(gateway, did, 'label')
  const now = gateway.clock.now()
  const composed = composeLabels(
    org.did,
    readInput(asked, subject, now),
    Math.floor(now / 1000) + operationLifetimeSeconds,
  )
  const input = putLabels.parseInput(composed.operation.input)
  await checkPermission(gateway, session, { org, kind: putLabels, package: putLabels.packageOf(input) })
  return composed
}

/** People write ranges as they like; what is signed has one spelling. The time is ours to say. */
function readInput({ versions, range, val, neg, exp, reason }: Asked, subject: string, now: number): PutLabelsInput {
  return {
    subject,
    versions,
    ...(range === undefined ? {} : { range: semver.validRange(range) ?? range }),
    val,
    ...(neg === true ? { neg } : {}),
    exp,
    reason,
    createdAt: new Date(now).toISOString(),
  }
}

/** What the operation was about, and how much that is now. */
async function describe({ peers }: GatewayContext, bytes: Uint8Array): Promise<app.npm.gateway.label.$OutputBody> {
  const { org, input } = parseOperation(bytes)
  const { subject, versions, range } = putLabels.parseInput(input)
  const params = { about: subject, org: org as DidString, ...(range === undefined ? {} : { range }) }
  const { total } = await peers.appview.call(app.npm.registry.findLabelled, { params })
  return { subject: subject as UriString, org: org as DidString, versions: versions?.length ?? total }
}
