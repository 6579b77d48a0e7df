import { BlockList, isIP } from 'node:net'

/**
 * Whether a host is asked directly although there is a proxy, by the rules curl and Go share: a name covers itself and
 * what is below it, with or without a leading dot; a port narrows it; networks cover addresses. Loopback always is: it
 * would be the proxy's own.
 * @param noProxy entries as in NO_PROXY
 */
export function bypassesProxy(url: URL, noProxy: readonly string[]): boolean {
  const host = hostOf(url)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return isLoopback(host) || noProxy.some((entry) => covers(entry.trim().toLowerCase(), host, port))
}

/** Without the brackets of IPv6, and without the dot that only says the name is complete. */
export function hostOf(url: URL): string {
  return url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/(?<=.)\.$/, '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host)
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inNetwork(entry, host)
  const { name, port: only } = split(entry)
  if (only !== undefined && only !== port) return false
  const suffix = name.replace(/^\*?\./, '')
  return suffix !== '' && (host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`)))
}

function split(entry: string): { name: string; port: string | undefined } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry)
  if (bracketed !== null) return { name: bracketed[1] ?? '', port: bracketed[2] }
  // More than one colon is an IPv6 address.
  const [name = '', port, more] = entry.split(':')
  return more === undefined ? { name, port } : { name: entry, port: undefined }
}

function inNetwork(entry: string, host: string): boolean {
  const version = isIP(host)
  const [network = '', bits = ''] = entry.split('/')
  const longest = version === 4 ? 32 : 128
  if (version === 0 || isIP(network) !== version || !/^\d{1,3}$/.test(bits) || Number(bits) > longest) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family)
  return list.check(host, family)
}
