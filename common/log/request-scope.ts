import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<string>()

/** Everything `work` does, and whatever that starts, belongs to the request of this id. */
export function inRequest<Result>(requestId: string, work: () => Result): Result {
  return scope.run(requestId, work)
}

/** Id of the request that is being answered; undefined in work that nobody asked for. */
export function currentRequestId(): string | undefined {
  return scope.getStore()
}
