import { readNotify } from '../notify.ts'
import type { Checked, Finding } from './finding.ts'
import { toFindings } from './to-findings.ts'

/** Secrets of webhooks and of the mail server must be there; and what travels where others can read it is said. */
export async function checkNotify({ settings, env }: Checked): Promise<Finding[]> {
  const { webhooks } = settings.notify
  const findings = await readNotify(settings.notify, { folder: settings.folder, env }).then(() => [], toFindings)
  const open = webhooks.flatMap(({ url }, index): Finding[] => {
    if (!url.startsWith('http:') || ['localhost', '127.0.0.1'].includes(new URL(url).hostname)) return []
    const problem = 'messages name packages and people, and go there unencrypted: use https'
    return [{ level: 'warn', setting: `notify.webhooks.${index}.url`, problem }]
  })
  return [...findings, ...open]
}
