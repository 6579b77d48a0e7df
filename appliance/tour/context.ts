import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemoPerson, type DemoPerson } from '#appliance/demo/person.ts'
import type { Narrator } from './narrator.ts'
import { Npm } from './npm.ts'

/** Somebody on the tour: a person with a browser, and their machine with npm on it. */
export interface Traveller {
  person: DemoPerson
  npm: Npm
  /** A fresh folder on their machine. */
  folder(name: string): Promise<string>
}

export interface TourContext extends AsyncDisposable {
  gateway: string
  narrator: Narrator
  alice: Traveller
  bob: Traveller
  /** What alice publishes: the name is fixed, the version the next that is free. */
  package: { name: string; version: string }
}

export const tourPackage = '@acme.test/hello'

/** @param npm the npm executable to travel with */
export async function packForTour(gateway: string, narrator: Narrator, npm = 'npm'): Promise<TourContext> {
  const root = await mkdtemp(join(tmpdir(), 'atoll-tour-'))
  const traveller = async (name: string): Promise<Traveller> => ({
    person: createDemoPerson(name),
    npm: await Npm.create(join(root, name), gateway, npm),
    async folder(label) {
      const folder = join(root, name, label)
      await mkdir(folder, { recursive: true })
      return folder
    },
  })
  return {
    gateway,
    narrator,
    alice: await traveller('alice'),
    bob: await traveller('bob'),
    package: { name: tourPackage, version: '1.0.0' },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
