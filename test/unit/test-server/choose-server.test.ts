import { describe, expect, it } from 'vitest'
import { chooseServer } from '#test/support/test-server/choose-server.ts'

const answers = async () => true
const silent = async () => false
const unasked = () => expect.fail('nobody asks an engine')

describe('the Postgres of the tests', () => {
  it('is the one that is given', async () => {
    const env = { ATOLL_TEST_DATABASE_URL: 'postgres://a', DATABASE_URL: 'postgres://b' }
    expect(await chooseServer(env, unasked)).toEqual({ from: 'url', url: 'postgres://a' })
    expect(await chooseServer({ DATABASE_URL: 'postgres://b' }, unasked)).toEqual({ from: 'url', url: 'postgres://b' })
  })

  it('is a container where an engine answers', async () => {
    expect(await chooseServer({ ATOLL_TEST_DATABASE_URL: '', DATABASE_URL: '' }, answers)).toEqual({
      from: 'container',
    })
  })

  it('is made of the binaries of the box everywhere else', async () => {
    expect(await chooseServer({}, silent)).toEqual({ from: 'binaries' })
  })
})
