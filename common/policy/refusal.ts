import { AtollError } from '#common/errors/index.ts'
import { isWaivable, type StrictCheck } from './check-names.ts'

/** A verdict, as it is told. */
export interface ToldVerdict {
  kind: string
  check?: string | undefined
  reason?: string | undefined
  remedy?: string | undefined
  until?: string | undefined
}

const purged: StrictCheck = 'not-purged'

interface RefusedVersion {
  name: string
  version: string
  verdict: ToldVerdict
  /** Public URL of the gateway, where exceptions are asked for. */
  gatewayUrl: string
}

/** What somebody is told who asks for a version that may not be installed: VersionHeld, VersionBlocked or VersionPurged, with the way out. */
export function refusalOf({ name, version, verdict, gatewayUrl }: RefusedVersion): AtollError {
  const { kind, check, reason, remedy, until } = verdict
  if (check === purged) return new AtollError('VersionPurged', { package: name, version, reason })
  const asking = check !== undefined && isWaivable(check)
  return new AtollError(kind === 'block' ? 'VersionBlocked' : 'VersionHeld', {
    package: name,
    version,
    reason,
    check,
    remedy,
    until,
    exceptionUrl: asking ? exceptionUrl(gatewayUrl, { name, version }) : undefined,
  })
}

/** The page where an exception is asked for. */
function exceptionUrl(gatewayUrl: string, { name, version }: { name: string; version: string }): string {
  return `${gatewayUrl.replace(/\/+$/, '')}/-/exceptions/new?${new URLSearchParams({ package: name, version })}`
}
