import { readStorage } from '../storage.ts'
import type { Checked, Finding } from './finding.ts'
import { toFindings } from './to-findings.ts'

/** Keys of buckets must be there, each for one component; and what a CDN shows to everybody is said. */
export async function checkStorage({ settings, env }: Checked): Promise<Finding[]> {
  const findings = await readStorage(settings, { folder: settings.folder, env }).then(() => [], toFindings)
  const { mode, cdnUrl } = settings.tarballs
  if (mode === 'stream' || cdnUrl === undefined) return findings
  const problem =
    'addresses there are not signed and never end: who knows a digest, and lockfiles name it, needs no token. Let only your own networks reach it'
  return [...findings, { level: 'warn', setting: 'gateway.tarballs.cdnUrl', problem }]
}
