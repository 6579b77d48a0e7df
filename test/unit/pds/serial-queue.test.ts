import { describe, expect, it } from 'vitest'
import { SerialQueue } from '#pds/host/gate-writes/index.ts'

describe('the queue of one repository', () => {
  it('runs one task after the other, whatever became of the one before', async () => {
    const queue = new SerialQueue()
    const events: string[] = []
    const first = Promise.withResolvers<void>()
    const failing = queue.run('a', async () => {
      events.push('first begins')
      await first.promise
      events.push('first ends')
      throw new Error('first fails')
    })
    const second = queue.run('a', async () => events.push('second'))
    const other = queue.run('b', async () => events.push('other'))
    await other
    expect(events).toEqual(['first begins', 'other'])
    first.resolve()
    await expect(failing).rejects.toThrow('first fails')
    await second
    expect(events).toEqual(['first begins', 'other', 'first ends', 'second'])
  })
})
