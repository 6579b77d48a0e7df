export type { NewNotice } from './notice.ts'
export { Notices } from './notices.ts'
export { putNotice } from './put-notice.ts'
export { raiseAlarm } from './raise-alarm.ts'
