import type { ImportList } from '#common/imports/index.ts'
import { type OperationInput, type PublishInput, type PutTagInput, readOperation } from '#common/operations/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import type { BuiltRecord, Operation } from '#common/records/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import { findWitness } from '../attest/index.ts'
import type { PeopleContext } from '../context.ts'
import { fetchList } from '../imports/index.ts'
import { checkPublishedBefore } from '../promotion/index.ts'
import type { Approval } from './approvals.ts'
import { checkBreakGlass } from './check-break-glass.ts'
import { type Base, type Comparison, compareWithBase, findBase, findTagMove, type TagMove } from './compare/index.ts'
import { countLabelled, type Labelled } from './count-labelled.ts'
import { readProvenance } from './read-provenance.ts'

/** What the person is shown before they decide. */
export interface Review {
  /** One sentence: "publish @acme.test/hello@1.0.0 as latest". */
  summary: string
  /** What follows from it, where that is not plain. */
  consequence: string | undefined
  /** Handle of the organisation or person it is about, or the DID while there is none. */
  org: string
  /** It is about the account of the person who decides. */
  isOwn: boolean
  /** It writes a record; what does not makes a token. */
  isRecord: boolean
  /** What the operation says, in its own words. */
  input: Readonly<Record<string, unknown>>
  /** Only for a publish. */
  publish: PublishReview | undefined
  /** Only for a tag that is to be set by itself. */
  tagMove: TagMove | undefined
  /** Only for an import: everything it brings. */
  imported: ImportList | undefined
  /** Only for a label of more than named versions. */
  labelled: Labelled | undefined
}

export interface PublishReview {
  /** What is in the bytes, as this PDS read them. */
  tarball: InspectedTarball
  /** What is different from the version before. */
  comparison: Comparison
  /** Where it was built, if a bundle proves that. */
  provenance: Provenance | undefined
}

/**
 * Computes for itself what the operation would write (DESIGN §2, step 2) and remembers that it is what was asked for:
 * from then on, and not before, the operation can be approved.
 * @throws InvalidOperation when the record, made from the parked bytes, is not the one the operation names; InvalidProvenance;
 *   BreakGlassForbids
 */
export async function reviewApproval(context: PeopleContext, approval: Approval): Promise<Review> {
  const { db, host } = context
  const { operation, op } = approval
  const { kind, input } = readOperation(operation)
  await checkBreakGlass(context, approval.did, operation)
  await checkPublishedBefore(context, operation)
  const upload = 'shasum' in input ? await readUpload(context, { operation, op, input }) : undefined
  const write = kind.witness === undefined ? undefined : kind.recordOf(operation.org, input, upload?.tarball)
  const publish = write && upload && (await reviewPublish(context, write, upload))
  const tagMove = setsTag(input) ? await findTagMove(context, operation.org, input) : undefined
  const imported = 'list' in input ? (await fetchList(context, input)).list : undefined
  const reviewed = { reviewed_uri: write?.uri ?? `at://${operation.org}` }
  await db.updateTable('approval').set(reviewed).where('handle_hash', '=', approval.id).execute()
  const org = await host.identities.resolve(operation.org)
  return {
    summary: kind.summary(input),
    consequence: kind.consequence?.(input),
    org: org?.handle ?? operation.org,
    isOwn: operation.org === approval.did,
    isRecord: write !== undefined,
    input: operation.input,
    publish,
    tagMove,
    imported,
    labelled: await countLabelled(context, operation),
  }
}

function setsTag(input: OperationInput): input is PutTagInput {
  return 'tag' in input && !('integrity' in input)
}

interface Upload {
  tarball: InspectedTarball
  base: Base
  provenance: Provenance | undefined
}

/** Both at once, for a person waits. */
async function readUpload(
  context: PeopleContext,
  { operation: { org }, op, input }: { operation: Operation; op: Uint8Array; input: PublishInput },
): Promise<Upload> {
  const { integrity, name, tag } = input
  const [tarball, base, provenance] = await Promise.all([
    context.inspections.inspect({ op, integrity }),
    findBase(context, { org, name, tag }),
    readProvenance(context, input),
  ])
  return { tarball, base, provenance }
}

async function reviewPublish(context: PeopleContext, write: BuiltRecord, upload: Upload): Promise<PublishReview> {
  const { tarball, base, provenance } = upload
  const publisher = base.kind === 'version' ? await findWitness(context, base.cid) : undefined
  return { tarball, provenance, comparison: compareWithBase(base, publisher, { write, tarball }) }
}
