import { catalogue, type ErrorCode, type ErrorDetails } from './catalogue/index.ts'

/** An error a client may see: its code, status and sentence come from the catalogue, and from nowhere else. */
export class AtollError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetails

  /** @param cause what really happened; logged, never sent. */
  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(catalogue[code].message(details), cause === undefined ? undefined : { cause })
    this.name = code
    this.code = code
    this.status = catalogue[code].status
    this.details = details
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code)
}
