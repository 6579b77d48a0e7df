import { describe, expect, it } from 'vitest'
import { checkPublicOperation } from '#pds/directory/check-public-operation.ts'

const key = 'did:key:zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF'
const pds = { type: 'AtprotoPersonalDataServer', endpoint: 'https://pds.lib.test' }

const operation = {
  type: 'plc_operation',
  rotationKeys: [key],
  verificationMethods: { atproto: key },
  alsoKnownAs: ['at://lib.test'],
  services: { atproto_pds: pds },
  prev: null,
  sig: 'x',
}

const many = <Value>(length: number, of: (n: number) => Value) => Array.from({ length }, (_, n) => of(n))
const services = (length: number) => Object.fromEntries(many(length, (n) => [`s${n}`, { type: 't', endpoint: 'e' }]))
const check = (change: object) => checkPublicOperation({ ...operation, ...change })

describe('what the public directory takes of an operation', () => {
  it.each([
    ['a genesis that says everything', {}],
    ['an id of 32 characters', { services: { ['x'.repeat(32)]: pds }, verificationMethods: { ['x'.repeat(32)]: key } }],
    ['ten services', { services: services(10) }],
    ['ten rotation keys', { rotationKeys: many(10, () => key) }],
    ['ten handles, the longest of 253 characters', { alsoKnownAs: many(10, (n) => `at://${n}`.padEnd(258, 'x')) }],
    ['a service of 96 and 256 characters', { services: { x: { type: 'x'.repeat(96), endpoint: 'x'.repeat(256) } } }],
  ])('takes %s', (_, change) => {
    expect(check(change)).toEqual({ ...operation, ...change })
  })

  it('takes a tombstone', () => {
    const tombstone = { type: 'plc_tombstone', prev: 'bafyreib', sig: 'x' }
    expect(checkPublicOperation(tombstone)).toEqual(tombstone)
  })

  it('leaves out fields that it does not know', () => {
    expect(check({ note: 'x' })).toEqual(operation)
  })

  it.each([
    ['a service whose id is longer', { services: { ['x'.repeat(33)]: pds } }, 'the id of a service is longer than 32'],
    ['a service whose type is longer', { services: { x: { ...pds, type: 'x'.repeat(97) } } }, 'type of a service'],
    ['an endpoint that is longer', { services: { x: { ...pds, endpoint: 'x'.repeat(257) } } }, 'endpoint of a service'],
    ['one more service', { services: services(11) }, 'more than 10 services'],
    ['a key whose id is longer', { verificationMethods: { ['x'.repeat(33)]: key } }, 'the id of a verification method'],
    ['a verification method that is no key', { verificationMethods: { atproto: 'did:key:x' } }, 'is no key'],
    ['one more rotation key', { rotationKeys: many(11, () => key) }, 'more than 10 rotation keys'],
    ['a rotation key that is none', { rotationKeys: ['did:key:zzz'] }, 'a rotation key is no key'],
    ['one more handle', { alsoKnownAs: many(11, (n) => `at://${n}.test`) }, 'more than 10 handles'],
    ['a handle that is longer', { alsoKnownAs: ['at://'.padEnd(259, 'x')] }, 'a handle is longer than 258'],
    ['a handle twice', { alsoKnownAs: ['at://lib.test', 'at://lib.test'] }, 'a handle twice'],
    [
      'more than 4,000 bytes',
      { verificationMethods: Object.fromEntries(many(60, (n) => [`k${n}`, key])) },
      'larger than 4000 bytes',
    ],
    ['the first format of did:plc', { type: 'create' }, 'not an operation'],
    ['what lacks a field', { alsoKnownAs: undefined }, 'not an operation'],
    ['what is of another type', { rotationKeys: key }, 'not an operation'],
  ])('refuses %s', (_, change, reason) => {
    expect(() => check(change)).toThrow(reason)
  })

  it('refuses what is no operation at all', () => {
    for (const body of [null, [], 'x', {}]) expect(() => checkPublicOperation(body)).toThrow('not an operation')
  })
})
