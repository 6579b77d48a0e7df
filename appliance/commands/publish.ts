import { Command } from 'commander'
import { jsonOption, withOptions } from './options.ts'
import { registryUrl } from './registry-url.ts'

interface Options {
  registry: string
  tag: string
  json?: boolean
}

/** `atoll publish` */
export function publishCommand(): Command {
  const command = new Command('publish')
    .description('publish from a CI job of a trusted publisher, with an ID token that is made for exactly these bytes')
    .argument('[source]', 'folder of the package, or a tarball', '.')
    .requiredOption('--registry <url>', 'the URL package managers use')
    .option('--tag <tag>', 'dist-tag', 'latest')
    .addHelpText(
      'after',
      `
GitHub makes such ID tokens on request: give the job "permissions: id-token: write". Elsewhere ATOLL_ID_TOKEN is one that
was made for these bytes; with NPM_ID_TOKEN alone the version is staged, and somebody approves it: "npm stage approve".

Example: atoll publish --registry https://npm.acme.com`,
    )
  return withOptions(command, jsonOption()).action(async (source: string, options: Options) => {
    const { publishFromJob } = await import('#appliance/publish/index.ts')
    const say = (line: string) => process.stderr.write(`${line}\n`)
    const where = { registry: registryUrl(options.registry), tag: options.tag }
    const published = await publishFromJob({ source, ...where, env: process.env, say })
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(published, null, 2)}\n`)
      return
    }
    const { name, version, state, stageId } = published
    process.stdout.write(`+ ${name}@${version}${state === 'staged' ? ' (staged)' : ''}\n`)
    if (stageId !== undefined) say(`Somebody who may approve it does so with: npm stage approve ${stageId}`)
  })
}
