import { join } from 'node:path'
import { z } from 'zod'
import { makeDataDir } from '#appliance/files/data-dir.ts'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'
import { defaultPorts, type PortName, portNames } from './components.ts'
import { freePort } from './free-port.ts'

export type Ports = Record<PortName, number>

const rememberedSchema = z.partialRecord(z.enum(portNames), z.int().min(1).max(65535))

/**
 * The ports of the box: as set, else the default. With ATOLL_PORTS=free, any free ones, chosen once and remembered:
 * addresses of hosts are part of identities, so they must not wander.
 */
export async function choosePorts(dataDir: string, set: Partial<Ports>, { free }: { free: boolean }): Promise<Ports> {
  const file = join(dataDir, 'ports.json')
  const remembered = rememberedSchema.parse((await readJsonIfThere(file)) ?? {})
  const ports = { ...defaultPorts, ...remembered, ...set }
  if (!free || Object.keys(remembered).length > 0) return ports
  const chosen = { ...(await freePorts()), ...set }
  await makeDataDir(dataDir)
  await writePrivateJson(file, chosen)
  return chosen
}

async function freePorts(): Promise<Ports> {
  const found = new Set<number>()
  while (found.size < portNames.length) found.add(await freePort())
  const numbers = [...found]
  return Object.fromEntries(portNames.map((name, index) => [name, numbers[index]])) as Ports
}
