/**
 * Works through a list, a few items at a time, in its order. The first failure ends it: what has begun is waited for, the
 * rest is not begun.
 * @param count how many at a time
 */
export async function forEachBounded<Item>(
  items: Iterable<Item>,
  count: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  let failed = false
  const worker = async () => {
    for (let next = queue.next(); next.done !== true && !failed; next = queue.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: count }, worker))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
