import { noticesConfigSchema } from '#appview/notices/config.ts'
import { policySchema } from '#common/policy/index.ts'
import { AppViewScene } from '#test/component/appview/appview-scene.ts'
import { FreeLabeler } from '#test/component/appview/free-labeler.ts'
import { LabelDesk } from '#test/component/appview/label-desk.ts'
import { SigstoreInstance } from '#test/support/sigstore/index.ts'
import { AlarmBell } from './alarm-bell.ts'
import { Company } from './company.ts'
import { Outside } from './outside.ts'

interface Parts {
  scene: AppViewScene
  outside: Outside
  company: Company
  /** The company's own labeler. */
  desk: LabelDesk
  /** Followed, and policy lets it block. */
  trusted: FreeLabeler
  /** Followed, and may only warn. */
  modest: FreeLabeler
  sigstore: SigstoreInstance
  alarms: AlarmBell
}

/** Where all scenarios are played: one AppView, a registry outside, labelers, and a company with its people. */
export class Stage implements AsyncDisposable {
  readonly parts: Parts
  readonly #resources: AsyncDisposableStack

  private constructor(parts: Parts, resources: AsyncDisposableStack) {
    this.parts = parts
    this.#resources = resources
  }

  static async opens(): Promise<Stage> {
    await using resources = new AsyncDisposableStack()
    const trusted = resources.use(await FreeLabeler.starts())
    const modest = resources.use(await FreeLabeler.starts())
    const sigstore = resources.use(await SigstoreInstance.start())
    const alarms = resources.use(await AlarmBell.hangs())
    const scene = resources.use(
      await AppViewScene.opens({
        names: ['@inhouse/*'],
        policy: policySchema.parse({
          upstream: { holdAdded: ['native-build', 'new-publisher', 'lost-provenance', 'dependencies'] },
        }),
        provenance: { publicGood: true, trustRoots: [sigstore.trustedRoot] },
        notices: noticesConfigSchema.parse({ webhooks: [alarms.webhook] }),
        labelers: [
          { did: trusted.did, url: trusted.url, trust: 'block' },
          { did: modest.did, url: modest.url, trust: 'warn' },
        ],
      }),
    )
    await scene.starts()
    const desk = resources.use(await LabelDesk.opens(scene.parts.config))
    const company = await Company.settles(scene)
    const outside = new Outside(scene)
    const parts = { scene, outside, company, desk, trusted, modest, sigstore, alarms }
    return new Stage(parts, resources.move())
  }

  /** What accounts are called on the page. */
  get names(): Map<string, string> {
    const { company, desk, trusted, modest } = this.parts
    return new Map([
      [company.acme.did, 'acme.test'],
      [desk.labeler.did, 'the company’s own labeler'],
      [trusted.did, 'a labeler with `trust: block`'],
      [modest.did, 'a labeler with `trust: warn`'],
    ])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}
