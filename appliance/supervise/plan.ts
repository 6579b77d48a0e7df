import { facePorts, insideNames, insidePorts, type PortName } from '#appliance/config/components.ts'
import { type ComponentName, faceNames, type Settings } from '#appliance/config/index.ts'
import type { BoxLog } from './box-log.ts'
import type { ComponentProcess } from './component-process.ts'

/** The demo identity provider runs only where no other is configured, the public face where packages are made public. */
export function componentsOf(settings: Settings): ComponentName[] {
  const inside = insideNames.filter((name) => name !== 'idp' || settings.idps.length === 0)
  return settings.promotion === undefined ? inside : [...inside, ...faceNames]
}

export function portsOf(settings: Settings): PortName[] {
  const inside = insidePorts.filter((name) => name !== 'idp' || settings.idps.length === 0)
  return settings.promotion === undefined ? inside : [...inside, ...facePorts]
}

/** What a component asks as soon as it runs. It could wait for them by itself; so it need not, and nothing is logged. */
const needs: Partial<Record<ComponentName, ComponentName[]>> = {
  org: ['directory'],
  people: ['directory'],
  relay: ['org', 'people'],
  appview: ['relay'],
  gateway: ['appview'],
  'public-gateway': ['public-appview'],
}

/**
 * Lets the components start, each as soon as those it needs are ready.
 * @throws Error naming the first that does not
 */
export async function startInOrder(children: ReadonlyMap<ComponentName, ComponentProcess>, log: BoxLog): Promise<void> {
  await Promise.all(
    [...children.values()].map(async (child) => {
      await Promise.all((needs[child.name] ?? []).map((name) => children.get(name)?.ready))
      child.start()
      await child.ready
      log.progress(`✓ ${child.name}`)
    }),
  )
}
