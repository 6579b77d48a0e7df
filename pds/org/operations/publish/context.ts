import type { PublishFromCiInput, PublishInput, PublishStagedInput } from '#common/operations/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
import type { app } from '#lexicons'
import type { Upload } from '#pds/host/index.ts'
import type { OperationContext } from '../context.ts'

export interface PublishContext extends OperationContext<PublishInput> {
  /** Set by checkVersionIsNew: exactly this version is there already, so there is nothing left to do. */
  repeated?: boolean
  /** Set by storeUploads. */
  upload?: Upload
  /** Set by storeUploads, where the operation names one. */
  bundle?: Upload
  /** Set by inspectUpload. */
  tarball?: InspectedTarball
  /** Set by verifyBundle, where there is one. */
  provenance?: Provenance
}

/** One that somebody else staged. */
export type PublishStagedContext = PublishContext & OperationContext<PublishStagedInput>

/** One that a job publishes, with its ID token, or the provenance it made, in place of a person's. */
export type PublishFromCiContext = PublishContext &
  OperationContext<PublishFromCiInput> & {
    /** Set by verifyJob. */
    publisher?: app.npm.org.trustedPublisher.Main
  }
