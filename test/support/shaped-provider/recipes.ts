import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { settingsFileSchema } from '#appliance/config/schema.ts'
import { type IdpConfig, idpSchema } from '#common/config/index.ts'
import { ShapedProvider } from './shaped-provider.ts'
import { entra, google, keycloak, okta, type Shape } from './shapes.ts'

export const secret = 'a-client-secret-for-tests-only'

const shapes: Record<string, Shape> = {
  'Acme at Entra': entra,
  'Acme at Okta': okta,
  'Acme at Keycloak': keycloak,
  'Acme at Google': google,
}

const document = join(import.meta.dirname, '../../../docs/connect-your-idp.md')

/** Every entry of `idps:` in docs/connect-your-idp.md, as the settings take it. */
async function documentedIdps() {
  const blocks = (await readFile(document, 'utf8')).matchAll(/^```yaml\n(.*?)^```$/gms)
  return [...blocks].flatMap(([, block = '']) => settingsFileSchema.parse(parse(block)).idps)
}

/** Every command of the document, in its words: a word in quotes is one. */
export async function documentedCommands(): Promise<string[][]> {
  const blocks = (await readFile(document, 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms)
  const lines = [...blocks].flatMap(([, block = '']) => block.trim().split('\n'))
  return lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''))
}

/** A recipe of the document, cooked: its provider runs, and says what that make says. */
export interface Recipe {
  name: string
  /** As documented, but for where the provider is. */
  idp: IdpConfig
  provider: ShapedProvider
}

/** @param opening takes the providers that are started */
export async function startRecipes(opening: AsyncDisposableStack, redirectUri: string): Promise<Recipe[]> {
  const recipes: Recipe[] = []
  for (const { clientSecretFile: _, ...documented } of await documentedIdps()) {
    const { name = '', clientId } = documented
    const shape = shapes[name]
    if (shape === undefined) throw new Error(`the document has a recipe "${name}" that no test cooks`)
    const provider = opening.use(await ShapedProvider.start(shape, { clientId, secret, redirectUri }))
    const { groups } = documented
    const isAddress = groups?.fallback?.startsWith('https:') ?? false
    const local = groups === undefined || !isAddress ? groups : { ...groups, fallback: provider.graphUrl }
    recipes.push({ name, provider, idp: idpSchema.parse({ ...documented, issuer: provider.issuer, groups: local }) })
  }
  return recipes
}
