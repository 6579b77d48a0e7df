import { describe, expect, it } from 'vitest'
import { codes } from '../subject.ts'

const read = (text: string) => codes({ files: { 'a.js': text } })

describe('addresses', () => {
  it.each([
    '10.1.2.3',
    'http://172.16.0.9/',
    '192.168.1.1:80',
    '100.64.0.1',
    '169.254.169.254',
    'fd12:3456::1',
    'fe80::1',
  ])('of private networks are warned of: %s', async (text) =>
    expect(await read(`connect("${text}")`)).toEqual(['private-address']),
  )

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.0.2.1',
    '2001:db8::1',
    '10.1.2',
    '1.10.0.0.1',
    '10.1.2.3.4',
    '10.1.2.300',
    'fade',
  ])('of others are not: %s', async (text) => expect(await read(`"${text}"`)).toEqual([]))
})
