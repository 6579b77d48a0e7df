import type { Tx } from '../schema/index.ts'
import type { NoticeData } from './notice.ts'
import { putNotice } from './put-notice.ts'

/** Has those who look after security told what no honest organisation PDS does; the same alarm about the same thing is one. */
export async function raiseAlarm(tx: Tx, said: NoticeData & { alarm: string; org: string }, at: Date): Promise<void> {
  const { name, version, rkey, org } = said
  const what = name === undefined ? `${rkey} of ${org}` : `${name}@${version} of ${org}`
  await putNotice(tx, { type: 'alarm.raised', key: Object.values(said), data: { ...said, what }, at })
}
