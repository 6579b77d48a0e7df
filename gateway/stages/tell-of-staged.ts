import { type DidString, toDatetimeString, type UriString } from '@atproto/syntax'
import type { Logger } from '#common/log/index.ts'
import { keepTelling } from '#common/telling/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { StageStore } from './stage-store.ts'

interface Parts {
  stages: StageStore
  appview: PeerClient
  log: Logger
}

const timeoutMs = 5_000

/**
 * Has those told who may approve what was staged: the AppView knows who that is, and sends. The row itself says whether that was done, so
 * whatever was answered with an id is told of, and the AppView takes each id once, whichever replica brings it. Until it is disposed.
 */
export function keepTellingOfStaged({ stages, appview, log }: Parts): AsyncDisposable {
  return keepTelling({
    about: 'staged versions',
    log,
    untold: (limit) => stages.untold(limit),
    async tell(staged, signal) {
      const { id, org, name, version, tag, staged_by: stagedBy, staged_by_name: actor, expires_at: expires } = staged
      const input = {
        ...{ id, org: org as DidString, package: name, version, tag },
        ...{ stagedBy: stagedBy as UriString, stagedByName: actor, expiresAt: toDatetimeString(expires) },
      }
      await appview.call(app.npm.registry.noteStaged, { input, timeoutMs, signal })
      await stages.noteTold(id)
    },
  })
}
