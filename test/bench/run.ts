import { parseArgs } from 'node:util'
import { measureAdvisories } from './advisories.ts'
import { measureLarge } from './large.ts'
import { measureMirror } from './mirror.ts'
import { measurePath } from './path.ts'
import { measureRebuild } from './rebuild.ts'
import { record } from './results.ts'

/** `npm run bench <name>`: measures, prints, and writes test/bench/results.json. */
const benches = {
  path: measurePath,
  rebuild: measureRebuild,
  large: measureLarge,
  advisories: measureAdvisories,
  mirror: measureMirror,
} as const

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    publishes: { type: 'string', default: '60' },
    versions: { type: 'string', default: '10000' },
    entries: { type: 'string', default: '200000' },
    frames: { type: 'string', default: '200000' },
  },
})
const [name] = positionals
if (name === undefined || !Object.hasOwn(benches, name)) {
  process.stderr.write(
    `Usage: npm run bench <${Object.keys(benches).join('|')}> [-- --publishes 60 --versions 10000 --entries 200000 --frames 200000]\n`,
  )
  process.exitCode = 2
} else {
  const measurements = await benches[name as keyof typeof benches]({
    publishes: Number(values.publishes),
    versions: Number(values.versions),
    entries: Number(values.entries),
    frames: Number(values.frames),
  })
  for (const { case: what, metric, value, unit } of measurements)
    process.stdout.write(`${what}  ${metric}  ${value} ${unit}\n`)
  await record(`npm run bench ${process.argv.slice(2).join(' ')}`, measurements)
}
