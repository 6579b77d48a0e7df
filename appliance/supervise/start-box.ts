import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ComponentName,
  checkCanPromote,
  describeUpstreams,
  findOutside,
  readCrossPublish,
  readIdpSecrets,
  readNotify,
  readStorage,
  type Settings,
} from '#appliance/config/index.ts'
import { writePrivateFile, writePrivateJson } from '#appliance/files/private-json.ts'
import {
  componentConfigs,
  configFile,
  describeFace,
  describeNetwork,
  facePasswords,
  keepFaceSecrets,
  keepSecrets,
  monitoringTokenFile,
  type Parts,
  prepareDatabase,
  type Secrets,
} from '#appliance/init/index.ts'
import { aborted } from './aborted.ts'
import type { BoxLog } from './box-log.ts'
import { childEnvironment } from './child-environment.ts'
import { ComponentProcess } from './component-process.ts'
import { lockDataDir } from './lock.ts'
import { componentsOf, portsOf, startInOrder } from './plan.ts'
import { PostgresProcess } from './postgres-process.ts'
import { waitForPorts } from './wait-for-ports.ts'

export interface BoxOptions {
  settings: Settings
  env: NodeJS.ProcessEnv
  log: BoxLog
  /** Gives up starting, and ends what was started. */
  stop: AbortSignal
}

/**
 * Starts the whole box: Postgres, then every component in a process of its own.
 * @throws AlreadyRunning, SettingsError, DoesNotStart; the reason of `stop`
 */
export async function startBox({ settings, env, log, stop }: BoxOptions): Promise<AsyncDisposable> {
  const stopped = aborted(stop).then(() => stop.throwIfAborted())
  stopped.catch(() => {})
  await using opening = new AsyncDisposableStack()
  opening.use(await lockDataDir(settings.dataDir, settings.publicUrls.gateway))
  await Promise.race([waitForPorts(settings.ports, portsOf(settings)), stopped])
  const secrets = await keepSecrets(settings.dataDir)
  const place = { folder: settings.folder, env }
  const idpSecrets = await readIdpSecrets(settings.idps, place)
  const storage = await readStorage(settings, place)
  const notices = await readNotify(settings.notify, place)
  const crossPublish = await readCrossPublish(settings, place)
  // Postgres is disposed of after the components: they need it to the last.
  const postgres = settings.databaseUrl === undefined ? startPostgres(settings, secrets, log) : undefined
  // Awaited further down, where its failure is heard.
  postgres?.catch(() => {})
  opening.defer(async () => (await postgres?.catch(() => undefined))?.[Symbol.asyncDispose]())
  const outside = await findOutside(settings, process.cwd(), env)
  for (const line of describeUpstreams(outside)) log.progress(`· ${line}`)
  const children = spawnComponents({ settings, env, log }, opening)
  const adminUrl = settings.databaseUrl ?? (await postgres)?.url ?? ''
  const parts = { settings, secrets, outside, idpSecrets, storage, notices, crossPublish }
  await Promise.race([writeConfigs(parts, adminUrl), stopped])
  await Promise.race([startInOrder(children, log), stopped])
  const opened = opening.move()
  return { [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function startPostgres(settings: Settings, secrets: Secrets, log: BoxLog): Promise<PostgresProcess> {
  const folder = join(settings.dataDir, 'postgres')
  const postgres = await PostgresProcess.start({ folder, password: secrets.appliance.postgresPassword }, log)
  log.progress('✓ postgres')
  return postgres
}

/** Their code loads while Postgres starts and the configurations are written. */
function spawnComponents(
  { settings, env, log }: Omit<BoxOptions, 'stop'>,
  stack: AsyncDisposableStack,
): Map<ComponentName, ComponentProcess> {
  const own = { NODE_COMPILE_CACHE: join(settings.dataDir, 'cache', 'compiled') }
  const children = new Map<ComponentName, ComponentProcess>()
  stack.defer(async () => {
    await Promise.all([...children.values()].map((child) => child[Symbol.asyncDispose]()))
  })
  for (const name of componentsOf(settings)) {
    const options = { name, configFile: configFile(settings.dataDir, name), env: childEnvironment(env, own), log }
    children.set(name, new ComponentProcess(options))
  }
  return children
}

async function writeConfigs(parts: Omit<Parts, 'network' | 'databaseUrls'>, adminUrl: string): Promise<void> {
  const { settings, secrets } = parts
  checkCanPromote(settings)
  const faceSecrets = settings.promotion && (await keepFaceSecrets(settings.dataDir))
  const [network, databaseUrls] = await Promise.all([
    describeNetwork(settings, secrets),
    prepareDatabase(adminUrl, secrets, faceSecrets && facePasswords(faceSecrets)),
  ])
  const face = faceSecrets && {
    face: { secrets: faceSecrets, keys: await describeFace(faceSecrets), databaseUrls },
  }
  const configs = componentConfigs({ ...parts, network, databaseUrls, ...face })
  await Promise.all(
    componentsOf(settings).map(async (name) => {
      await mkdir(join(settings.dataDir, name), { recursive: true, mode: 0o700 })
      await writePrivateJson(configFile(settings.dataDir, name), configs[name] ?? {})
    }),
  )
  // What the administering commands need, which are no component and have no secrets but the appliance's own.
  await writePrivateJson(join(settings.dataDir, 'run', 'network.json'), network)
  await writePrivateFile(monitoringTokenFile(settings.dataDir), secrets.monitoring.token)
}
