import { AtollError } from '#common/errors/index.ts'
import type { LabelSubject } from '#common/labels/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { subjectOf } from '#common/operations/index.ts'
import { findRepo } from '../../ingest/repos.ts'
import { isMirrored } from '../../mirror/repos.ts'
import { resolveName } from '../../resolve/resolve-name.ts'
import type { XrpcContext } from '../../xrpc/context.ts'
import type { LabelingContext } from './context.ts'

/**
 * An organisation's people label its own packages, and what everybody gets from upstream; another organisation's packages are
 * its own matter.
 * @throws InvalidOperation
 */
export async function checkSubject({ appview, operation: { org }, input }: LabelingContext): Promise<void> {
  const subject = subjectOf(input)
  const reason = await whyNot(appview, subject, org)
  if (reason !== undefined) throw new AtollError('InvalidOperation', { reason })
}

async function whyNot(appview: XrpcContext, subject: LabelSubject, org: string): Promise<string | undefined> {
  if (subject.kind === 'private') {
    if (subject.org === org) return undefined
    // What is no account of this network is everybody's: it comes from the public one.
    const outside =
      (await findRepo(appview.db, subject.org)) === undefined && (await isMirrored(appview.db, subject.org))
    return outside ? undefined : `${subject.name} is another organisation's package`
  }
  if (subject.kind === 'upstream') {
    const { source } = await resolveName(appview, parsePackageName(subject.name))
    return source === 'upstream' ? undefined : `${subject.name} does not come from upstream here`
  }
  const repo = await findRepo(appview.db, subject.did)
  if (repo === undefined && (await isMirrored(appview.db, subject.did))) return undefined
  if (repo === undefined) return `${subject.did} is nobody of this network`
  return repo.role === 'people' || subject.did === org ? undefined : `${subject.did} is another organisation`
}
