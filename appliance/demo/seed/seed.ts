import { join } from 'node:path'
import { openAdmin } from '#appliance/admin/index.ts'
import type { Settings } from '#appliance/config/index.ts'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'
import { DemoSession } from './demo-session.ts'
import { seedSteps } from './steps.ts'

/** Fills a box that runs with the demo identity provider; does nothing when that was finished before. */
export async function seedDemo(settings: Settings): Promise<'seeded' | 'was there'> {
  const marker = join(settings.dataDir, 'demo', 'seeded.json')
  if ((await readJsonIfThere(marker)) !== undefined) return 'was there'
  const { gateway } = settings.publicUrls
  const admin = await openAdmin(settings)
  // Dan manages the organisation; he has to have an account before it is created.
  await using dan = await DemoSession.open(gateway, 'dan')
  const context = {
    admin,
    approve: (request: Parameters<DemoSession['approve']>[0]) => dan.approve(request),
    async signIn(username: string) {
      await using _session = await DemoSession.open(gateway, username)
    },
  }
  for (const step of seedSteps) await step(context)
  await writePrivateJson(marker, { seededAt: new Date().toISOString() })
  return 'seeded'
}
