import { Secp256k1Keypair } from '@atproto/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildGenesis } from '#common/identity/index.ts'
import { checkPrivateOperation } from '#pds/directory/check-private-operation.ts'

const marker = 'atoll_private_network_of_the_tests_0001'
const endpoint = 'http://localhost:4882'
const key = 'did:key:zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF'

const later = {
  type: 'plc_operation',
  rotationKeys: [key],
  verificationMethods: { atproto: key },
  alsoKnownAs: ['at://alice.test'],
  services: {
    atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint },
    [marker]: { type: 'AtollPrivateNetwork', endpoint },
  },
  prev: 'bafyreib',
  sig: 'x',
}

describe('what the directory asks of an operation', () => {
  let genesis: object
  beforeAll(async () => {
    genesis = (await buildGenesis(await Secp256k1Keypair.create())).op
  })

  const check = (operation: object) => checkPrivateOperation(operation, { marker }, [endpoint])

  it('takes an empty genesis and marked operations', () => {
    expect(check(genesis)).toEqual(genesis)
    expect(check(later)).toEqual(later)
  })

  it.each([
    ['a service', { services: later.services }],
    ['a key', { verificationMethods: later.verificationMethods }],
    ['a handle', { alsoKnownAs: later.alsoKnownAs }],
    ['two rotation keys', { rotationKeys: [key, key] }],
  ])('refuses a genesis with %s', (_, change) => {
    expect(() => check({ ...genesis, ...change })).toThrow('a genesis operation')
  })

  it.each([
    ['an unmarked operation', { services: { atproto_pds: later.services['atproto_pds'] } }, 'not marked'],
    ['one without a PDS', { services: { [marker]: later.services[marker] } }, 'its PDS is not'],
    [
      'one that names another PDS',
      { services: { ...later.services, atproto_pds: { type: 'x', endpoint: 'http://localhost:4881' } } },
      'its PDS is not',
    ],
    ['a tombstone', { type: 'plc_tombstone' }, 'not an operation'],
    ['an unknown field', { note: 'x' }, 'not an operation'],
  ])('refuses %s', (_, change, reason) => {
    expect(() => check({ ...later, ...change })).toThrow(reason)
  })
})
