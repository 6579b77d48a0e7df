import type { OpenDatabase } from '#common/db/index.ts'
import { databaseAnswers, holds } from '#common/health/index.ts'
import type { Watched } from '#common/monitoring/index.ts'
import { countMirrored, type Mirror } from '../mirror/index.ts'
import type { AppViewTables } from '../schema/index.ts'

/** It needs its database. What it cannot follow any more it still answers. */
export function watchFace({ database, mirror }: { database: OpenDatabase<AppViewTables>; mirror: Mirror }): Watched {
  const { db } = database
  return {
    database,
    checks: [
      databaseAnswers(db),
      ...mirror.followers.map(({ url }, at) => ({
        ...holds(
          `edge PDS ${url}`,
          () => mirror.followers[at]?.connected === true,
          'is not followed: its packages are as they were',
        ),
        essential: false,
      })),
    ],
    async progress() {
      const sources = mirror.followers.map(({ url, connected, position: { seq, time } }) => ({
        url,
        connected,
        position: { seq, ...(time === undefined ? {} : { at: time }) },
      }))
      return { sources, counts: await countMirrored(db) }
    },
  }
}
