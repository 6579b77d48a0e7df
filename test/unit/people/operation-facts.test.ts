import { describe, expect, it } from 'vitest'
import { nameInSentence, operationFacts } from '#pds/people/pages/operation-facts.ts'
import { size } from '#pds/people/pages/sizes.ts'

const bob = 'did:plc:dddddddddddddddddddddddd'
const people = new Map([[bob, 'bob.people.test']])

const labelsOf = (input: Record<string, unknown>) =>
  [...operationFacts(input, people).markup.matchAll(/<dt>(.*?)<\/dt>/g)].map(([, label]) => label)

describe('what an operation says', () => {
  it('is in the order people expect, whatever the order of its keys', () => {
    expect(
      labelsOf({ id: '1', createdAt: '', effect: '', record: '', action: '', packages: '', subject: bob }),
    ).toEqual(['For', 'Action', 'Packages', 'Effect', 'Key', 'Record CID', 'Created'])
    expect(labelsOf({ name: '', record: '', members: [], createdAt: '', retired: true, description: '' })).toEqual([
      'Name',
      'Description',
      'Members',
      'Retired',
      'Record CID',
      'Created',
    ])
  })

  it('is there in full: fields that this page does not know come last', () => {
    expect(labelsOf({ unheardOf: 1, constructor: 'x', name: 'n' })).toEqual(['Name', 'unheardOf', 'constructor'])
  })

  it('names people by their handles, and strangers by their DIDs', () => {
    const { markup } = operationFacts({ members: [bob, 'did:plc:other'] }, people)
    expect(markup).toContain(`bob.people.test <code>${bob}</code>`)
    expect(markup).toContain('<code>did:plc:other</code>')
    const other = `did:plc:${'e'.repeat(24)}`
    expect(nameInSentence(`allow ${bob} and ${other} to x`, people)).toBe(`allow bob.people.test and ${other} to x`)
  })
})

describe('a size', () => {
  it.each([
    [999, '999 bytes'],
    [1000, '1.0 kB (1,000 bytes)'],
    [1_234_567, '1.2 MB (1,234,567 bytes)'],
    [2 ** 31, '2.1 GB (2,147,483,648 bytes)'],
  ])('%i is %s', (bytes, text) => {
    expect(size(bytes)).toBe(text)
  })
})
