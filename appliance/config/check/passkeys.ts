import { passkeyObstacle } from '#common/passkeys/index.ts'
import type { Checked, Finding } from './finding.ts'

/** Browsers make passkeys for a host name, on pages that nobody on the way can change. */
export function checkPasskeys({ settings: { idps, publicUrls } }: Checked): Finding[] {
  if (!idps.some(({ mfa }) => mfa === 'passkey')) return []
  const obstacle = passkeyObstacle(publicUrls.people)
  if (obstacle === undefined) return []
  const problem =
    obstacle === 'an IP address'
      ? `has an IP address, for which browsers make no passkeys (mfa: passkey): write a host name, such as https://people.example.com; to try it on one machine, http://localhost:${portOf(publicUrls.people)} here and http://127.0.0.1:${portOf(publicUrls.gateway)} for publicUrls.gateway`
      : 'is not https, without which browsers make no passkeys (mfa: passkey): use an https:// address'
  return [{ level: 'fail', setting: 'publicUrls.people', problem }]
}

function portOf(url: string): string {
  return new URL(url).port
}
