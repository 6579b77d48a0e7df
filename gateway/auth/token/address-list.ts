import { BlockList, isIP } from 'node:net'

const cidrSyntax = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/

/** Networks that a token may be used from. */
export class AddressList {
  readonly #networks = new BlockList()

  /** @param cidrs as `isCidr` takes them */
  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const [network = '', prefix = ''] = cidr.split('/')
      this.#networks.addSubnet(network, Number(prefix), familyOf(network))
    }
  }

  /** @returns false for what is no address, such as one that a proxy wrote a port behind */
  has(address: string): boolean {
    const plain = withoutMapping(address)
    return isIP(plain) !== 0 && this.#networks.check(plain, familyOf(plain))
  }
}

/** `10.0.0.0/8`, `2001:db8::/32`; IPv4 in the clothes of IPv6 is refused, for what matches it is compared as IPv4. */
export function isCidr(text: string): boolean {
  const [, network = '', prefix = ''] = cidrSyntax.exec(text) ?? []
  const version = isIP(network)
  if (version === 0 || network.toLowerCase().startsWith('::ffff:')) return false
  return Number(prefix) <= (version === 4 ? 32 : 128)
}

/** A listener for both families sees IPv4 as `::ffff:10.0.0.7` (RFC 4291, 2.5.5.2). */
function withoutMapping(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
