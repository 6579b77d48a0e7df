import { cp, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installBinaries } from '#appliance/postgres/binaries.ts'
import { runCommand } from '#test/support/run-command.ts'
import type { Engine } from '../engine/engine.ts'
import { ensureImage } from './ensure-image.ts'

const files = join(import.meta.dirname, '../stand-in')
const debian = 'debian:bookworm-slim'

/** Stands in for `node:24-bookworm-slim`: Debian with the Node of this repository's packages, and this machine's npm. */
export async function buildNode(engine: Engine, tag: string): Promise<void> {
  const node = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`)
  // The program is npm/bin/npm-cli.js. "npm root --global" names the folder of the Node that runs it, which may be another.
  const npm = dirname(dirname(await realpath((await runCommand('which', ['npm'])).trim())))
  await build(engine, tag, 'node.Dockerfile', async (context) => {
    await cp(join(dirname(node), 'bin/node'), join(context, 'node'))
    await cp(npm, join(context, 'npm'), { recursive: true, dereference: true })
  })
}

/** Stands in for `postgres:18-bookworm`: the binaries the box embeds. */
export async function buildPostgres(engine: Engine, tag: string): Promise<void> {
  await build(engine, tag, 'postgres.Dockerfile', async (context) => {
    const { postgres } = await installBinaries(context)
    await cp(dirname(dirname(postgres)), join(context, 'binaries'), { recursive: true, verbatimSymlinks: true })
  })
}

async function build(
  engine: Engine,
  tag: string,
  dockerfile: string,
  fill: (context: string) => Promise<void>,
): Promise<void> {
  const base = await ensureImage(engine, debian, (name) => bootstrapDebian(engine, name))
  const context = await mkdtemp(join(tmpdir(), 'atoll-image-'))
  try {
    await cp(files, context, { recursive: true })
    await fill(context)
    const args = ['--build-arg', `DEBIAN_IMAGE=${base}`, '--file', join(context, dockerfile), '--tag', tag, context]
    await engine.docker(['build', '--quiet', ...args])
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

async function bootstrapDebian(engine: Engine, tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-debian-'))
  try {
    await runCommand('debootstrap', ['--variant=minbase', 'bookworm', join(folder, 'root')])
    await runCommand('tar', ['-C', join(folder, 'root'), '-cf', join(folder, 'root.tar'), '.'])
    await engine.docker(['import', join(folder, 'root.tar'), tag])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
