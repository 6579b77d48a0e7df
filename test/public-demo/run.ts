import { stopSignal } from '#appliance/commands/stop-signal.ts'
import { aborted } from '#appliance/supervise/index.ts'
import { settingsFor, startPublicNetwork } from '#test/support/public-network/index.ts'
import { startSupervisedBox } from '#test/support/supervised-box.ts'

/** `npm run demo:public`: a public network on loopback and a box that mirrors it, until Ctrl-C. Nothing of either is kept. */
const stop = stopSignal()
say('Starting a public network: directory, PDS, relay, name server …')
await using outside = await startPublicNetwork()
const { network } = outside
if (!stop.aborted) {
  say('Starting a box that mirrors it …')
  await using box = await startSupervisedBox({ settings: settingsFor(network) })
  say(nextSteps(box.gateway, box.folder, network.account('lib.test').did))
  await aborted(stop)
  say('Stopping …')
}

function nextSteps(gateway: string, folder: string, did: string): string {
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

Ctrl-C ends everything.`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
