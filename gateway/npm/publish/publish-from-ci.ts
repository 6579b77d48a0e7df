import { unboundness } from '#common/ci/index.ts'
import { composeOperation, publishFromCi as kind } from '#common/operations/index.ts'
import { describeBundle, type Provenance } from '#common/provenance/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import { operationLifetimeSeconds } from '../../operations/index.ts'
import { findPublisher, type TrustedPublisherView } from '../../publishers/index.ts'
import { findOrganisation, type Organisation } from '../find-organisation.ts'
import { checkVersionIsNew } from './check-version-is-new.ts'
import { compareDigests } from './compare-digests.ts'
import type { PublishAnswer, PublishRequest } from './context.ts'
import { inspectUpload } from './inspect-upload.ts'
import { stageUpload } from './stage-upload.ts'
import { verifyBundle } from './verify-bundle.ts'
import { writeBundle } from './write-bundle.ts'

/**
 * What the gateway does with what a job uploads. With an ID token made for these very bytes, or a bundle of this very job that names
 * them, it is published, by the word of both PDSes; without either nothing binds the job to them but the gateway itself, so it is staged.
 * @param publisher at-URI of the trusted publisher whose job this is
 */
export async function publishFromCi(request: PublishRequest, publisher: string): Promise<PublishAnswer> {
  compareDigests(request)
  const { gateway, session, document, jobToken } = request
  const { name } = document.name
  const org = await findOrganisation(gateway, session, document.name)
  const trusted = await findPublisher(gateway, { org: org.did, name, uri: publisher })
  await checkVersionIsNew({ gateway, session, name, version: document.version }, org.did)
  const inspected = await inspectUpload(request)
  const provenance = await verifyBundle(request, inspected)
  const isBound = jobToken !== undefined || isBoundBy(gateway, trusted, provenance)
  if (!isBound || trusted.stageOnly === true) return stage(request, { org, trusted, inspected })
  const composed = compose(request, { org, trusted, inspected })
  await using bundle = document.bundle && (await writeBundle(gateway, document.bundle))
  const uploads = bundle === undefined ? [request.tarball] : [request.tarball, bundle]
  const heldBack = await gateway.jobs.publish({ session, composed, uploads, idToken: jobToken })
  gateway.updates.packageChanged(name)
  return { kind: 'published', heldBack }
}

function isBoundBy(
  { clock, jobTokens }: PublishRequest['gateway'],
  trusted: TrustedPublisherView,
  provenance: Provenance | undefined,
): boolean {
  if (provenance === undefined || !jobTokens.knows(trusted.issuer)) return false
  return unboundness(trusted, provenance, clock.now()) === undefined
}

interface Trusted {
  org: Organisation
  trusted: TrustedPublisherView
  inspected: InspectedTarball
}

async function stage(request: PublishRequest, { org, trusted, inspected }: Trusted): Promise<PublishAnswer> {
  const stager = { id: trusted.record.uri, name: trusted.repository ?? trusted.issuer }
  const staged = await stageUpload(request, { org, inspected, stager })
  return { kind: 'staged', staged }
}

function compose({ gateway, document }: PublishRequest, { org, trusted, inspected }: Trusted) {
  const now = gateway.clock.now()
  const { integrity, shasum, size } = inspected
  const { version, tag, bundle } = document
  const said = { name: document.name.name, version, integrity, shasum, size, tag, publisher: trusted.record.uri }
  return composeOperation({
    org: org.did,
    procedure: kind.procedure,
    input: { ...said, provenance: bundle && describeBundle(bundle), createdAt: new Date(now).toISOString() },
    tarball: inspected,
    expiry: Math.floor(now / 1000) + operationLifetimeSeconds,
  })
}
