// https://www.postgresql.org/docs/18/errcodes-appendix.html: shutting down, crashed, starting up; and class 08.
const serverStates = ['57P01', '57P02', '57P03']
const socketErrors = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']
const clientMessages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
]

/** Whether a query failed because Postgres is not there at the moment, and not because of the query. */
export function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && ([...serverStates, ...socketErrors].includes(code) || /^08...$/.test(code)))
    return true
  return clientMessages.some((message) => error.message.startsWith(message))
}
