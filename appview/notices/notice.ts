import { sha256 } from '#common/crypto/digests.ts'

/** What people and programs are told of. */
export const noticeTypes = [
  'version.published',
  'version.blocked',
  'version.unblocked',
  'version.purged',
  'alarm.raised',
  'rights.changed',
  'version.staged',
  'exception.requested',
  'name.waiting',
  'promotion.requested',
  'test',
] as const
export type NoticeType = (typeof noticeTypes)[number]

/** What a notice says: few words that a template and a program can use. Never a secret. */
export type NoticeData = Record<string, string>

export interface NewNotice {
  type: NoticeType
  /** What tells it apart from every other notice of its type: said twice, it is one. */
  key: readonly (string | number)[]
  data: NoticeData
  /** DIDs of people it is for, where it is not for those who look after security. */
  readers?: readonly string[]
  at: Date
}

/** A notice as it is kept. */
export interface Notice extends Omit<NewNotice, 'key'> {
  /** The same wherever, and however often, it is sent: receivers know by it what they had. */
  id: string
}

export function noticeId({ type, key }: Pick<NewNotice, 'type' | 'key'>): string {
  return `msg_${sha256(JSON.stringify([type, ...key]))
    .toString('base64url')
    .slice(0, 27)}`
}
