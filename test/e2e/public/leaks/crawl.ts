import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { forEachBounded } from '#common/slots/index.ts'
import type { Captured } from '#test/support/recording-host.ts'

/** What somebody asks about something, or about nothing in particular. */
export interface Question {
  /** Origin. */
  host: string
  method: string
  path: string
  /** Of the handle whose domain is asked. */
  domain?: string
  /** What it names itself: an answer may repeat that. */
  names: readonly string[]
  /** The same about something that is nowhere: nobody should be able to tell the two answers apart. */
  twin?: Omit<Question, 'host' | 'method' | 'twin'>
}

interface Answer {
  status: number
  headers: string
  body: Buffer
}

const atOnce = 8
// They differ from answer to answer, or follow from the body.
const passing = ['date', 'x-request-id', 'content-length', 'etag', 'connection', 'keep-alive']

/** Asks everything. @returns what was answered, without what the questions themselves said, and which answers give something away */
export async function crawl(
  questions: Iterable<Question>,
): Promise<{ answers: Captured[]; tellTale: string[]; asked: number }> {
  const answers: Captured[] = []
  const tellTale: string[] = []
  const twins = new Map<string, Promise<Answer>>()
  let asked = 0
  await forEachBounded(questions, atOnce, async (question) => {
    asked += 1
    const { host, method, twin } = question
    const answer = masked(await ask(question), question.names)
    answers.push(...captured(question, answer))
    if (twin === undefined) return
    const key = `${method} ${host}${twin.path} ${twin.domain}`
    const known = twins.get(key) ?? ask({ ...twin, host, method })
    twins.set(key, known)
    const other = masked(await known, twin.names)
    if (describe(answer) !== describe(other)) {
      tellTale.push(
        `${method} ${host}${question.path} ${question.domain ?? ''}: ${describe(answer)}, not ${describe(other)}`,
      )
    }
  })
  return { answers, tellTale, asked }
}

function ask({ host, method, path, domain }: Pick<Question, 'host' | 'method' | 'path' | 'domain'>): Promise<Answer> {
  const { hostname, port } = new URL(host)
  const headers = domain === undefined ? {} : { host: domain }
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, path, method, headers }, async (response) => {
      const kept = Object.entries(response.headers).filter(([name]) => !passing.includes(name))
      const body = await buffer(response)
      resolve({ status: response.statusCode ?? 0, headers: JSON.stringify(kept), body })
    })
    asked.on('error', reject).end()
  })
}

/** Without what the question said: no answer gives that away. */
function masked({ status, headers, body }: Answer, names: readonly string[]): Answer {
  const spelled = names.flatMap((name) => [
    ...[name, encodeURIComponent(name), name.toLowerCase()],
    name.replaceAll('/', '%2f'),
  ])
  const said = [...new Set(spelled)].filter((name) => name.length > 2).toSorted((a, b) => b.length - a.length)
  const mask = (text: string) => said.reduce((left, name) => left.replaceAll(name, '<asked>'), text)
  return { status, headers: mask(headers), body: Buffer.from(mask(body.toString('latin1')), 'latin1') }
}

function captured({ host, method, path, domain }: Question, { headers, body }: Answer): Captured[] {
  const where = `${host} answered ${method} ${path} ${domain ?? ''}`
  return [headers, body].map((bytes) => ({ where, bytes: Buffer.from(bytes) }))
}

/** A proof that a record is absent depends on where it would be: of these only the rest is compared. */
function describe({ status, headers, body }: Answer): string {
  const text = headers.includes('application/vnd.ipld.car') ? '' : body.toString('latin1')
  return `${status} ${headers} ${text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<now>')}`.slice(0, 2_000)
}
