import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/** Its bytes come through the registry, where policy applies, and from nowhere else. Some package managers write down no address. */
export async function checkOrigin({ anchors, locked: { tarball } }: VerifyContext): Promise<void> {
  if (tarball === undefined || tarball.startsWith(`${anchors.registry}/`)) return
  const origin = URL.canParse(tarball) ? new URL(tarball).origin : tarball
  throw new Failed('foreign-origin', `its tarball comes from ${origin}`)
}
