import { Command } from 'commander'
import { registryUrl } from './registry-url.ts'
import { userNpmrc } from './user-npmrc.ts'

/** `atoll login` */
export function loginCommand(): Command {
  return new Command('login')
    .description('sign in on a machine without a browser: shows a code to type on another one, and keeps the token')
    .requiredOption('--registry <url>', 'the URL package managers use')
    .addHelpText(
      'after',
      `
Where there is a browser, "npm login" is shorter. The token goes into the .npmrc of this user, where package managers
and this command find it.

Example: atoll login --registry http://localhost:4873`,
    )
    .action(async ({ registry }: { registry: string }) => {
      const url = registryUrl(registry)
      const { signInByCode, storeToken, whoIs } = await import('#appliance/login/index.ts')
      const token = await signInByCode(url, ({ page, code, minutes }) => {
        process.stderr.write(`Open this in a browser, on any machine:\n\n  ${page}\n\n`)
        process.stderr.write(`and type this code there, within ${minutes} minutes:\n\n  ${code}\n\n`)
      })
      const file = await storeToken(userNpmrc(), url, token)
      process.stdout.write(`Signed in as ${await whoIs(url, token)}. The token is in ${file}.\n`)
    })
}
