import { join } from 'node:path'
import { openAdmin } from '#appliance/admin/index.ts'
import type { Settings } from '#appliance/config/index.ts'
import { readJsonIfThere, writePrivateJson } from '#appliance/files/private-json.ts'
import type { SeedContext } from './context.ts'
import { DemoSession } from './demo-session.ts'
import { seedSteps } from './steps.ts'

/** Fills a box that runs with the demo identity provider; does nothing when that was finished before. */
export async function seedDemo(settings: Settings): Promise<'seeded' | 'was there'> {
  const marker = join(settings.dataDir, 'demo', 'seeded.json')
  if ((await readJsonIfThere(marker)) !== undefined) return 'was there'
  const admin = await openAdmin(settings)
  const { gateway } = admin.network.publicUrls
  // Everybody needs an account before rights can be about them.
  const [dan] = await Promise.all([
    DemoSession.open(gateway, 'dan'),
    signInOnce(gateway, 'alice'),
    signInOnce(gateway, 'bob'),
  ])
  await using manager = dan
  const context: SeedContext = { admin, approve: (request) => manager.approve(request) }
  for (const step of seedSteps) await step(context)
  await writePrivateJson(marker, { seededAt: new Date().toISOString() })
  return 'seeded'
}

async function signInOnce(gateway: string, username: string): Promise<void> {
  await using _session = await DemoSession.open(gateway, username)
}
