import { createReadStream } from 'node:fs'
import { AtollError } from '#common/errors/index.ts'
import { type InspectedTarball, inspectTarball, limitsWith, type TarballLimits } from '#common/tarball/index.ts'
import type { PublishRequest } from './context.ts'

/**
 * Reads the tarball as the people PDS and the org PDS will: what is refused there is refused here, before anybody approves it.
 * @throws InvalidTarball with the reason, PayloadTooLarge
 */
export async function inspectUpload({ gateway, document, tarball }: PublishRequest): Promise<InspectedTarball> {
  const about = { package: document.name.name, version: document.version }
  const inspected = await inspect(tarball.file.path, limitsWith(gateway.config.limits.tarballBytes), about)
  const { name, version } = inspected.packageJson
  if (name !== about.package) throw refuse(`its package.json says the name is ${name}`)
  if (version !== about.version) throw refuse(`its package.json says the version is ${version}`)
  return inspected

  function refuse(reason: string): AtollError {
    return new AtollError('InvalidTarball', { ...about, reason })
  }
}

async function inspect(
  path: string,
  limits: TarballLimits,
  about: { package: string; version: string },
): Promise<InspectedTarball> {
  const source = createReadStream(path)
  try {
    return await inspectTarball(source, limits)
  } catch (error) {
    if (!(error instanceof AtollError) || error.code !== 'InvalidTarball') throw error
    throw new AtollError('InvalidTarball', { ...error.details, ...about }, error)
  } finally {
    source.destroy()
  }
}
