import type { PublishFromCiInput, PublishInput, PublishStagedInput } from '#common/operations/index.ts'
import type { InspectedTarball } from '#common/tarball/index.ts'
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
}

/** One that somebody else staged. */
export type PublishStagedContext = PublishContext & OperationContext<PublishStagedInput>

/** One that a job publishes, with its ID token in place of a person's. */
export type PublishFromCiContext = PublishContext & OperationContext<PublishFromCiInput>
