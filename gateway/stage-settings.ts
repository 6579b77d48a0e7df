import { z } from 'zod'

const GiB = 2 ** 30
const bytes = z.int().positive()
const count = z.int().positive().max(10_000)

/** How much may be staged, and for how long. */
export const stageSchema = z
  .strictObject({
    days: z.int().min(1).max(90).default(7).describe('A staged version that nobody approved by then is gone.'),
    versionsPerOrg: count.default(200).describe('Versions that wait, per organisation.'),
    versionsPerPerson: count
      .default(50)
      .describe('Versions that wait, per person or trusted publisher who staged them.'),
    bytesPerOrg: bytes.default(4 * GiB).describe('Bytes of their tarballs, per organisation.'),
    bytesPerPerson: bytes.default(GiB).describe('Bytes of their tarballs, per person or trusted publisher.'),
  })
  .prefault({})
  .describe('How much may be staged, and for how long. See staged-publishing.md.')
export type StageSettings = z.output<typeof stageSchema>
