import type { AtprotoMethod } from '#lexicons'

export interface AskOptions {
  maxBytes: number
  timeoutMs?: number
  signal?: AbortSignal
}

/** An upstream host, however it is reached. */
export interface Pds {
  /** Its endpoint, exactly as accounts are resolved to it. */
  readonly url: string
  /** Of the largest repository that is fetched from it. */
  readonly maxRepoBytes: number
  /**
   * The body of its answer to a query.
   * @throws AtollError when it does not answer, or not within these bounds
   */
  ask(method: AtprotoMethod, params: Record<string, string>, options: AskOptions): Promise<Uint8Array>
  /**
   * Connects to its firehose. What is not read yet is kept within bounds.
   * @param cursor the last of its sequence numbers that was read
   * @param options.onOpen called when there is a connection
   * @returns the messages, until the connection ends
   */
  openFirehose(
    cursor: number,
    options: { signal: AbortSignal; onOpen: () => void },
  ): Promise<AsyncIterable<Uint8Array | string>>
}
