import { readFile, writeFile } from 'node:fs/promises'
import { runCommand, works } from '#test/support/run-command.ts'

const forwarding = '/proc/sys/net/ipv4/ip_forward'
const bridge = ['link', 'show', 'docker0']

/** What an engine leaves behind in the machine's network when it ends: rules, its first bridge, forwarding. */
export async function networkTraces(): Promise<{ remove(): Promise<void> }> {
  const rules = (await dockerRules()).length > 0
  const hadBridge = await works('ip', bridge)
  const wasForwarding = await readFile(forwarding, 'utf8')
  const policy = (await runCommand('iptables', ['-S', 'FORWARD'])).split('\n')[0]?.split(' ') ?? []
  return {
    async remove() {
      // Where another engine's were there before, they are its own.
      if (!rules) for (const [table, rule] of await dockerRules()) await works('iptables', ['-t', table, ...rule])
      await works('iptables', policy)
      if (!hadBridge) await works('ip', ['link', 'delete', 'docker0'])
      await writeFile(forwarding, wasForwarding)
    },
  }
}

/** How to delete each rule that mentions Docker, and then its chains, which have to be empty before. */
async function dockerRules(): Promise<[table: string, command: string[]][]> {
  const found: [string, string[]][] = []
  for (const table of ['filter', 'nat', 'mangle', 'raw']) {
    const listed = await runCommand('iptables', ['-t', table, '-S']).catch(() => '')
    const words = listed.split('\n').map((line) => line.match(/"[^"]*"|\S+/g) ?? [])
    const ours = words.filter((line) => /^(DOCKER|docker)/.test(line[1] ?? '') || line.some((word) => isDockers(word)))
    for (const [kind, chain, ...rest] of ours) {
      if (kind === '-A' && chain !== undefined) found.push([table, ['-D', chain, ...rest]])
    }
    for (const [kind, chain] of ours) if (kind === '-N' && chain !== undefined) found.push([table, ['-X', chain]])
  }
  return found
}

function isDockers(word: string): boolean {
  return /^(DOCKER|docker0$)/.test(word)
}
