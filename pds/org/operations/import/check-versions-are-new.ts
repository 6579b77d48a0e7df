import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { required } from '../context.ts'
import type { ImportContext } from './context.ts'

/** Versions are immutable. One that is there already, exactly as it is listed, is no obstacle. @throws VersionExists */
export async function checkVersionsAreNew({ list, operation, services }: ImportContext): Promise<void> {
  const collection = app.npm.package.version.main.$type
  for (const { name, versions } of required(list, 'receiveList').packages) {
    const keys = versions.map(({ version }) => versionKey(name, version))
    const there = await services.host.findCids(operation.org, collection, keys)
    const other = versions.find(({ version, record }) => (there.get(versionKey(name, version)) ?? record) !== record)
    if (other !== undefined) throw new AtollError('VersionExists', { package: name, version: other.version })
  }
}
