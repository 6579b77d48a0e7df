import { sha256 } from '#common/crypto/index.ts'
import type { NoticesConfig } from './config.ts'
import type { Notice, NoticeType } from './notice.ts'
import { writeMail } from './write-mail.ts'

/** Something to send, to one receiver. */
export interface Message {
  /** With `target` it is one message, however often it is tried. */
  id: string
  channel: 'webhook' | 'mail'
  /** A webhook's name, an e-mail address, or the DID of a person whose address is looked up when it is sent. */
  target: string
  type: NoticeType
  /** Sent as it is, each time: the JSON of a webhook, or subject and text of a mail. */
  body: string
}

type Group = [Notice, ...Notice[]]

/** Who is sent what. Mail about several things of a kind is one, so that an import of thousands of versions is one, too. */
export function addressNotices(notices: readonly Notice[], config: NoticesConfig, registry: string): Message[] {
  return [...toWebhooks(notices, config), ...toPeople(notices, config, registry)]
}

function toWebhooks(notices: readonly Notice[], { webhooks }: NoticesConfig): Message[] {
  return webhooks.flatMap(({ name, types }) =>
    notices
      .filter(({ type }) => types === undefined || type === 'test' || types.includes(type))
      .map(({ id, type, data, at }): Message => {
        const body = JSON.stringify({ type, timestamp: at.toISOString(), data })
        return { id, channel: 'webhook', target: name, type, body }
      }),
  )
}

function toPeople(notices: readonly Notice[], { mail }: NoticesConfig, registry: string): Message[] {
  const groups = new Map<string, { target: string; group: Group }>()
  for (const notice of notices) {
    for (const target of readersOf(notice, mail)) {
      const key = `${target} ${notice.type}`
      const known = groups.get(key)
      if (known === undefined) groups.set(key, { target, group: [notice] })
      else known.group.push(notice)
    }
  }
  return [...groups.values()].map(({ target, group }) => {
    const [{ type }] = group
    return { id: idOf(group), channel: 'mail', target, type, body: JSON.stringify(writeMail(group, registry)) }
  })
}

/**
 * The person in whose name something was published (DESIGN §2, step 6), and those who may answer what waits; all else is for those who
 * look after security.
 */
function readersOf({ type, data, readers }: Notice, mail: NoticesConfig['mail']): readonly string[] {
  if (mail === undefined) return []
  const people = type === 'version.published' ? [data['by']] : readers
  if (people === undefined) return mail.security
  return mail.people ? people.filter((person) => person !== undefined) : []
}

function idOf(group: Group): string {
  if (group.length === 1) return group[0].id
  return `msg_${sha256(group.map(({ id }) => id).join(' '))
    .toString('base64url')
    .slice(0, 27)}`
}
