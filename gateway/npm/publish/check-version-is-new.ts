import { AtollError } from '#common/errors/index.ts'
import type { PublishRequest } from './context.ts'

/** @throws VersionExists (403, as npm's own registry answers) */
export async function checkVersionIsNew({ gateway, session, document }: PublishRequest, org: string): Promise<void> {
  const { name } = document.name
  const { version } = document
  try {
    await gateway.lookup.version({ org, name, version, viewer: session })
  } catch (error) {
    if (error instanceof AtollError && error.code === 'NotFound') return
    throw error
  }
  throw new AtollError('VersionExists', { package: name, version })
}
