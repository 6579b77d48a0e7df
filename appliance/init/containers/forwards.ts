import { type PromotionSettings, publicFaceUrls, type Settings } from '#appliance/config/index.ts'
import { demoIdp } from '#appliance/demo/idp/config.ts'
import type { Forward } from '#appliance/run/index.ts'
import { containers, forwarders } from '../layout.ts'

/**
 * What a container forwards from its own loopback, so that published URLs which name loopback mean the same in it as on
 * the host. Real host names need none of this.
 */
export function forwardsTo(published: readonly ('gateway' | 'people' | 'idp')[], settings: Settings): Forward[] {
  const { ports, publicUrls, idps } = settings
  const places = {
    gateway: { url: publicUrls.gateway, to: { host: containers.hostOf('gateway'), port: ports.gateway } },
    people: { url: publicUrls.people, to: { host: containers.hostOf('people'), port: ports.pages } },
    idp: { url: demoIdp(ports.idp).issuer, to: { host: containers.hostOf('idp'), port: ports.idp } },
  }
  return onLoopback(published.filter((name) => name !== 'idp' || idps.length === 0).map((name) => places[name]))
}

/**
 * To the public PDSes, for those who follow them by the addresses that are public.
 * @param by the containers a component goes through: from the inside, those that pass on
 */
export function forwardsToEdges(by: 'edge' | 'name', promotion: PromotionSettings, { ports }: Settings): Forward[] {
  const urls = publicFaceUrls(promotion, ports)
  return onLoopback([
    { url: urls.org, to: { host: forwarders.org[by], port: ports.edgeOrg } },
    { url: urls.people, to: { host: forwarders.people[by], port: ports.edgePeople } },
  ])
}

function onLoopback(places: readonly { url: string; to: Forward['to'] }[]): Forward[] {
  return places
    .map(({ url, to }) => ({ url: new URL(url), to }))
    .filter(({ url }) => /^(localhost|127(\.\d+){3})$/.test(url.hostname))
    .map(({ url, to }) => ({ port: Number(url.port === '' ? 80 : url.port), to }))
}
