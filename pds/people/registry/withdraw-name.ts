import type { AtUriString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parseClaimableName } from '#common/names/index.ts'
import { buildRecord, placeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { NameDecision } from './grant-name.ts'
import { invalid, type Registry, registryWord } from './registry-word.ts'

/**
 * The registry takes back that a name is somebody's: it is nobody's then, and only the same organisation's when it is granted again.
 * What takes a name away needs one administrator, for it makes nothing installable.
 * @throws InvalidName, NotGranted
 */
export async function withdrawName(
  registry: Registry,
  { name: raw, by }: Pick<NameDecision, 'name' | 'by'>,
): Promise<app.npm.operation.withdrawName.$OutputBody> {
  const { host, config, clock } = registry
  const { did } = config.registry
  const { name, key } = parseClaimableName(raw)
  const word = await registryWord(registry, key)
  const { main: schema } = word?.transfer === undefined ? app.npm.name.grant : app.npm.name.change
  const existing = await host.findRecord(did, schema.$type, key)
  if (word === undefined || existing === undefined) throw new AtollError('NotGranted', { package: name })
  const { $type: _, ...said } = existing.record
  const fields = { ...said, withdrawn: true, createdAt: new Date(clock.now()).toISOString() }
  const record = placeRecord(did, buildRecord({ schema, rkey: key, fields }, invalid))
  const procedure = app.npm.operation.withdrawName.main.nsid
  if (!word.withdrawn) await host.write(did, [{ action: 'put', ...record }], { by, procedure })
  return { uri: record.uri as AtUriString, cid: word.withdrawn ? existing.cid : record.cid }
}
