import type { FastifyRequest } from 'fastify'
import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { receiveBlob } from './receive-blob.ts'
import type { PushServices } from './services.ts'
import { tellState } from './tell-state.ts'
import { writeRecords } from './write-records.ts'

// A page of `pagesOf` is a million bytes of records; JSON makes at most a third more of them, and names.
const pageBytes = 4_000_000
// Two operations of did:plc.
const operationsBytes = 64_000

/** @param auth throws unless it is the inside PDS of the same role that calls */
export function mountPushes(
  server: Server,
  services: PushServices,
  auth: (request: FastifyRequest) => Promise<unknown>,
): void {
  const { reserve, provision, putBlob, putRecords, getState } = app.npm.edge
  const { faces } = services
  method(server, reserve, {
    auth,
    bodyLimitBytes: operationsBytes,
    handler: async ({ input }) => (await faces.reserve(input)) as never,
  })
  method(server, provision, {
    auth,
    bodyLimitBytes: operationsBytes,
    handler: async ({ input }) => {
      const face = await faces.provision(input, input.operations)
      services.written()
      return face as never
    },
  })
  method(server, putBlob, {
    auth,
    // It is held to the size it announces as it comes.
    bodyLimitBytes: services.blobBytes,
    handler: async ({ params, input }) => {
      await receiveBlob(services, params, input)
      return {}
    },
  })
  method(server, putRecords, {
    auth,
    bodyLimitBytes: pageBytes,
    handler: async ({ input }) => (await writeRecords(services, input)) as never,
  })
  method(server, getState, {
    auth,
    handler: async ({ params }) => (await tellState(services, params)) as never,
  })
}
