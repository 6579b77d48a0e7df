import type { DidString } from '@atproto/syntax'
import { expect, vi } from 'vitest'
import { app } from '#lexicons'
import type { AppViewScene } from '#test/component/appview/appview-scene.ts'
import type { Release } from '#test/component/appview/recording-registry.ts'

const minuteMs = 60_000
export const hourMs = 60 * minuteMs
const waitMs = { timeout: 20_000, interval: 100 }

interface Packument {
  'dist-tags': Record<string, string>
  versions: Record<string, { deprecated?: string }>
}

/** The registry outside, and what the AppView says of it. */
export class Outside {
  readonly #scene: AppViewScene

  constructor(scene: AppViewScene) {
    this.#scene = scene
  }

  /** It has these versions, in place of what it had, and the AppView asks it. */
  async offers(name: string, releases: Record<string, Release>): Promise<void> {
    this.#scene.parts.registry.offers(name, releases)
    await this.isAskedAgain(name)
    const newest = Object.keys(releases).at(-1) ?? ''
    await vi.waitFor(() => this.verdict(name, newest), waitMs)
  }

  /** It has heard of a package no longer. */
  async forgets(name: string): Promise<void> {
    this.#scene.parts.registry.answers.delete(`/${name}`)
    await this.isAskedAgain(name)
  }

  /** Somebody wants the package when what we know of it is no longer fresh. */
  async isAskedAgain(name: string): Promise<void> {
    const before = this.timesAsked(name)
    this.#scene.clock.aheadMs += 6 * minuteMs
    await vi.waitFor(async () => {
      await this.packument(name).catch(unlessHeld)
      expect(this.timesAsked(name)).toBeGreaterThan(before)
    }, waitMs)
  }

  timesAsked(name: string): number {
    return this.#scene.parts.registry.paths.filter((path) => path === `/${name}`).length
  }

  /** By the scene's clock. */
  ago(ms: number): string {
    return new Date(this.#scene.clock.now() - ms).toISOString()
  }

  async packument(name: string): Promise<Packument> {
    const { alice, gateway } = this.#scene.parts
    const params = { name, viewer: alice.did as DidString, form: 'full' }
    return (await (await gateway.fetch(app.npm.registry.getPackument.$nsid, params)).json()) as Packument
  }

  async versions(name: string): Promise<string[]> {
    return Object.keys((await this.packument(name)).versions)
  }

  async latest(name: string): Promise<string> {
    return (await this.packument(name))['dist-tags']['latest'] ?? 'none'
  }

  async verdict(name: string, version: string) {
    const params = { name, version }
    return (await this.#scene.parts.gateway.call(app.npm.registry.getUpstreamVersion, { params })).verdict
  }

  /** What a lockfile asks for. @returns whether all of it came */
  async tarball(name: string, version: string): Promise<string> {
    const { gateway, registry } = this.#scene.parts
    const file = `${name.replace(/^@.*\//, '')}-${version}.tgz`
    const answer = await gateway.fetch(app.npm.registry.getUpstreamTarball.$nsid, { name, file })
    const promised = registry.answers.get(`/${name}/-/${file}`)?.body ?? expect.fail(`there is no ${file}`)
    return Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(promised)) ? 'the same bytes' : 'other bytes'
  }
}

/** Of a package that has nothing to install there is no packument. */
function unlessHeld(error: { code?: string }): void {
  if (error.code !== 'VersionHeld') throw error
}
