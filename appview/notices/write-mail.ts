import type { Notice, NoticeData, NoticeType } from './notice.ts'

export interface MailText {
  subject: string
  text: string
}

const maxListed = 50

type Template = { one: (data: NoticeData) => string; many: (count: number) => string; way: string }

const versionOf = (data: NoticeData) => `${data['name']}@${data['version']}`
const because = (data: NoticeData) => (data['reason'] === undefined ? '' : `: ${data['reason']}`)

const templates: Record<NoticeType, Template> = {
  'version.published': {
    one: (data) => `${versionOf(data)} was published in your name`,
    many: (count) => `${count} versions were published in your name`,
    way: 'If that was not you, tell whoever manages your organisation at once: they can withdraw it, and disable your account meanwhile.',
  },
  'version.blocked': {
    one: (data) => `${versionOf(data)} can no longer be installed${because(data)}`,
    many: (count) => `${count} versions can no longer be installed`,
    way: 'Who has it already is told by "atoll who-has <package>@<version>". What to do is in docs/incident.md.',
  },
  'version.unblocked': {
    one: (data) => `${versionOf(data)} can be installed again`,
    many: (count) => `${count} versions can be installed again`,
    way: 'Nothing has to be done.',
  },
  'version.purged': {
    one: (data) => `${versionOf(data)} was purged by ${data['approvedBy']}${because(data)}`,
    many: (count) => `${count} versions were purged`,
    way: 'Their bytes are deleted at this registry. Who has them already is told by "atoll who-has <package>@<version>".',
  },
  'alarm.raised': {
    one: (data) => `Alarm ${data['alarm']}: ${data['what']}`,
    many: (count) => `${count} alarms`,
    way: 'No honest organisation PDS does that. Look at its machine, and at "atoll doctor".',
  },
  'rights.changed': {
    one: (data) =>
      `The ${data['kind']} ${data['rkey']} of ${data['org']} took effect, approved by ${data['approvedBy']}`,
    many: (count) => `${count} changes of rights took effect`,
    way: 'If nobody should have approved that, look at "atoll permission list" and "atoll team list".',
  },
  'version.staged': {
    one: (data) => `${versionOf(data)} waits for your approval, staged by ${data['stagedBy']}: ${data['stage']}`,
    many: (count) => `${count} staged versions wait for your approval`,
    way: 'Look with "npm stage view <id>", then "npm stage approve <id>" or "npm stage reject <id>". "npm stage list" has all that waits.',
  },
  'exception.requested': {
    one: (data) => `${data['handle']} asks for an exception for ${versionOf(data)}: ${data['link']}`,
    many: (count) => `${count} requests for exceptions wait for your answer`,
    way: 'The page says why. Whoever may answer it can grant or deny it there, or with "atoll exception".',
  },
  'name.waiting': {
    one: (data) =>
      `${data['name']}, which upstream has, is to become ${data['to']}’s: ${data['handle']} approved, and it takes another administrator`,
    many: (count) => `${count} names that upstream has wait for another administrator`,
    way: 'Look with "atoll name show <name>". Run the same "atoll name grant <name> --to <organisation>" (or "change") with your own token to approve; without you nothing changes.',
  },
  'promotion.requested': {
    one: ({ name, versions, handle }) => `${handle} asks to make ${name} public: ${versions}`,
    many: (count) => `${count} promotions wait for your decision`,
    way: 'Look with "atoll promote check <package>@<version>", then "atoll promote approve <package>": what is public stays public. "atoll promote status" has all that waits.',
  },
  test: {
    one: () => 'A test of this registry’s notices',
    many: () => 'A test of this registry’s notices',
    way: 'Somebody ran "atoll notify test". Nothing has to be done.',
  },
}

/** One message about notices of one type, in plain text. @param registry URL of the gateway, so that one knows who writes */
export function writeMail(notices: readonly [Notice, ...Notice[]], registry: string): MailText {
  const { one, many, way } = templates[notices[0].type]
  const subject = notices.length === 1 ? one(notices[0].data) : many(notices.length)
  const listed = notices.slice(0, maxListed).map(({ data, at }) => `* ${one(data)} (${at.toISOString()})`)
  const rest = notices.length > maxListed ? [`… and ${notices.length - maxListed} more.`] : []
  const lines = [...listed, ...rest, '', way, '', `This message is from the registry ${registry}.`]
  return { subject: oneLine(subject), text: `${lines.map(oneLine).join('\n')}\n` }
}

/** What others wrote (a reason) adds no lines, and no headers. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500)
}
