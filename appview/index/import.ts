import { app } from '#lexicons'
import { defineCollection } from './collection.ts'

/** Imports stand in the index by their CID alone: their versions, each by its own attestation, are what counts. */
export const imports = defineCollection<app.npm.org.import.Main>(app.npm.org.import, {
  role: 'org',
  isConsistent: () => true,
  put: async () => {},
  remove: async () => {},
})
