import { Writable } from 'node:stream'
import { packForTour, type TourContext } from '#appliance/tour/context.ts'
import { createNarrator } from '#appliance/tour/narrator.ts'
import { installElsewhere } from '#appliance/tour/steps/install-elsewhere.ts'
import { publishAndApprove } from '#appliance/tour/steps/publish-and-approve.ts'
import { repeatFromLockfile } from '#appliance/tour/steps/repeat-from-lockfile.ts'
import { signIn } from '#appliance/tour/steps/sign-in.ts'

/** Walks the npm path again and again: stock npm on this machine, and the pages as a browser sees them. */
export class Walker implements AsyncDisposable {
  readonly #context: TourContext

  private constructor(context: TourContext) {
    this.#context = context
  }

  static async create(gateway: string): Promise<Walker> {
    const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
    return new Walker(await packForTour(gateway, createNarrator(silence)))
  }

  signsIn(): Promise<void> {
    return signIn(this.#context)
  }

  /** The next version: published, approved with the second factor, installed elsewhere beside a public package. */
  async publishesAndInstalls(): Promise<string> {
    await publishAndApprove(this.#context)
    await installElsewhere(this.#context)
    return this.#context.package.version
  }

  /** What was installed last, from its lockfile, with nothing cached. */
  installsAgain(): Promise<void> {
    return repeatFromLockfile(this.#context)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context[Symbol.asyncDispose]()
  }
}
