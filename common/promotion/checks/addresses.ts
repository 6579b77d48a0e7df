import { BlockList, isIP } from 'node:net'
import { defineCheck } from '../check.ts'
import { placeIn } from '../reading/text-seen.ts'

// RFC 1918, 6598, 3927; RFC 4193, 4291. Addresses of documentation and of the machine itself say nothing of an inside.
const inside = new BlockList()
inside.addSubnet('10.0.0.0', 8, 'ipv4')
inside.addSubnet('172.16.0.0', 12, 'ipv4')
inside.addSubnet('192.168.0.0', 16, 'ipv4')
inside.addSubnet('100.64.0.0', 10, 'ipv4')
inside.addSubnet('169.254.0.0', 16, 'ipv4')
inside.addSubnet('fc00::', 7, 'ipv6')
inside.addSubnet('fe80::', 10, 'ipv6')

const ipv4 = /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)/g
const ipv6 = /(?<![\w:.])(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi

/** No address of a private network is named. A warning: packages about networks are full of them. */
export const addresses = defineCheck({
  name: 'addresses',
  codes: {
    'private-address': { severity: 'warning', finds: 'an IPv4 or IPv6 address of a private network' },
  },
  look: (_, say) => ({
    text(seen) {
      for (const pattern of [ipv4, ipv6]) {
        for (const { 0: address, index } of seen.text.matchAll(pattern)) {
          if (!isInside(address)) continue
          const remedy =
            'Put an address of documentation in its place (192.0.2.1, 2001:db8::1), and publish a new version'
          say('private-address', placeIn(seen, index), `It names ${address}, an address of a private network`, remedy)
        }
      }
    },
  }),
})

function isInside(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && inside.check(address, version === 4 ? 'ipv4' : 'ipv6')
}
