import { readRequest } from '#common/ceremony/index.ts'
import { putLabels } from '#common/operations/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { XrpcContext } from '../../xrpc/context.ts'
import { type LabelingContext, type LabelingServices, required } from './context.ts'
import { labelingSteps } from './steps.ts'

export type { LabelingServices } from './context.ts'

// Everything is in the headers.
const noBodyBytes = 1024

/** Executes approved labels. Who calls is nobody of the box but the person whose token it is. */
export function mountPutLabels(appview: XrpcContext, services: LabelingServices): void {
  method(appview.server, app.npm.operation.putLabels, {
    bodyLimitBytes: noBodyBytes,
    auth: async (request) => readRequest(request, putLabels),
    handler: async ({ auth: asked }) => {
      const context: LabelingContext = { ...asked, appview, services }
      for (const step of labelingSteps) await step(context)
      return { labels: required(context.labels, 'label') }
    },
  })
}
