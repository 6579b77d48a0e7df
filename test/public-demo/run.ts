import { listOrgs, openAdmin } from '#appliance/admin/index.ts'
import { stopSignal } from '#appliance/commands/stop-signal.ts'
import { readSettings } from '#appliance/config/index.ts'
import { aborted } from '#appliance/supervise/index.ts'
import { settingsFor, startPublicNetwork } from '#test/support/public-network/index.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'

/** `npm run demo:public`: a public network on loopback and a box that mirrors it, until Ctrl-C. Nothing of either is kept. */
const stop = stopSignal()
say('Starting a public network: directory, PDS, relay, name server …')
await using outside = await startPublicNetwork()
const { network } = outside
if (!stop.aborted) {
  say('Starting a box that mirrors it, with a public face …')
  await using box = await startSupervisedBox({ settings: `${settingsFor(network)}promotion: {}\n` })
  const settings = await readSettings({ cwd: box.folder, env: box.env })
  const [acme] = await listOrgs(await openAdmin(settings))
  // As its DNS would: without it nobody outside believes that the handle is the organisation's.
  network.names.says('acme.test', acme?.did)
  const publicGateway = `http://localhost:${settings.ports.publicGateway}`
  say(nextSteps({ ...box, publicGateway, lib: network.account('lib.test').did }))
  await aborted(stop)
  say('Stopping …')
}

interface Ready {
  gateway: string
  publicGateway: string
  folder: string
  /** DID of lib.test. */
  lib: string
}

function nextSteps({ gateway, publicGateway, folder, lib: did }: Ready): string {
  return `
Ready: ${gateway}

In public, lib.test (${did}) publishes @lib.test/colors alone; what duo.test publishes (@duo.test/pair), ann.duo.test attests.
The relay is ${network.relayUrl}, the PDS ${network.pds.url}, the directory ${network.directoryUrl}.

  npm login --registry ${gateway}   # alice, bob, carol or dan: the page shows password and code
  npm install --registry ${gateway} @lib.test/colors express
  grep resolved package-lock.json   # @lib.test/colors is pinned to its DID

What the box knows, in this folder:

  export ATOLL_DATA=${folder}/data ATOLL_CONFIG=${folder}/atoll.yaml
  npm run atoll -- status
  npm run atoll -- login
  npm run atoll -- trust @lib.test/colors@1.0.0   # one party
  npm run atoll -- trust @duo.test/pair@1.0.0     # two parties, held: its publisher is listed for less than 72 hours

Open-source a package (docs/promotion.md; dan gives the permissions, alice asks, carol approves, each after "npm run atoll -- login"):

  npm run atoll -- permission add alice promote '*'
  npm run atoll -- permission add carol approve-promotion '*'
  npm run atoll -- promote check @acme.test/<package>@<version>
  npm install --registry ${publicGateway} @acme.test/<package>   # as a stranger, once it is seen

Ctrl-C ends everything.`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
