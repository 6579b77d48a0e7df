import { z } from 'zod'

/** What is remembered of downloads. */
export const downloadsSchema = z
  .strictObject({
    keepDays: z
      .int()
      .min(0)
      .max(3650)
      .default(365)
      .describe(
        'For how many days it is known who downloaded which version, with which token and from where: "atoll who-has" answers from it. With 0 nothing of it is written down.',
      ),
  })
  .prefault({})
  .describe('What is remembered of downloads.')
export type DownloadsConfig = z.output<typeof downloadsSchema>
