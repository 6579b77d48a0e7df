import { access, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import { fileOf } from '#appview/upstream/tarball-url.ts'
import { matchesPackagePattern } from '#common/authz/index.ts'
import { parsePackument } from './parse-packument.ts'
import type { Source, SourcePackage, SourceVersion } from './source.ts'

const databaseSchema = z.object({ list: z.array(z.string()) })
const attachedSchema = z.object({ _attachments: z.record(z.string(), z.unknown()).default({}) })

/**
 * A Verdaccio storage folder (local-storage plugin): `<name>/package.json` is the packument, tarballs lie beside it, and
 * `.verdaccio-db.json` lists what was published there. Everything else in it is a cache of other registries.
 */
export class VerdaccioStorage implements Source {
  readonly label: string
  readonly #root: string
  readonly #patterns: readonly string[]

  /** @param patterns of names; all that was published there when there is none */
  constructor(root: string, patterns: readonly string[]) {
    this.label = `Verdaccio storage ${root}`
    this.#root = root
    this.#patterns = patterns
  }

  async names(): Promise<string[]> {
    if (!(await isFolder(this.#root))) throw new Failure(`${this.#root} is not a folder.`)
    const listed = (await this.#listed()) ?? (await this.#found())
    const wanted = listed.filter(
      (name) => this.#patterns.length === 0 || this.#patterns.some((pattern) => matchesPackagePattern(name, pattern)),
    )
    if (wanted.length > 0) return wanted.toSorted()
    throw new Failure(`Nothing ${this.#patterns.join(' ')} was published in ${this.#root}.`)
  }

  async read(name: string): Promise<SourcePackage | undefined> {
    const text = await readIfThere(join(this.#root, name, 'package.json'))
    return text === undefined ? undefined : parsePackument(text, name)
  }

  async fetch(name: string, { tarball }: SourceVersion): Promise<string> {
    const file = tarball === undefined ? undefined : fileOf(new URL(tarball, 'http://localhost').href)
    if (file === undefined) throw new Failure('its description names no tarball')
    const path = join(this.#root, name, file)
    await access(path).catch((cause: unknown) => {
      throw new Failure(`its tarball ${file} is not in the storage`, { cause })
    })
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #listed(): Promise<string[] | undefined> {
    const text = await readIfThere(join(this.#root, '.verdaccio-db.json'))
    if (text === undefined) return undefined
    const parsed = databaseSchema.safeParse(JSON.parse(text))
    if (!parsed.success) throw new Failure(`${join(this.#root, '.verdaccio-db.json')} does not list packages.`)
    return parsed.data.list
  }

  /** Without the list: whatever has tarballs that were attached by a publish, or cached. */
  async #found(): Promise<string[]> {
    const names: string[] = []
    for (const name of await this.#folders()) {
      const text = await readIfThere(join(this.#root, name, 'package.json'))
      const attached = attachedSchema.safeParse(text === undefined ? {} : JSON.parse(text))
      if (attached.success && Object.keys(attached.data._attachments).length > 0) names.push(name)
    }
    return names
  }

  async #folders(): Promise<string[]> {
    const top = await foldersIn(this.#root)
    const scoped = await Promise.all(
      top
        .filter((name) => name.startsWith('@'))
        .map(async (scope) => (await foldersIn(join(this.#root, scope))).map((name) => `${scope}/${name}`)),
    )
    return [...top.filter((name) => !name.startsWith('@')), ...scoped.flat()]
  }
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
}
