import { idpName } from '#common/config/index.ts'
import type { Group } from '#common/groups/index.ts'
import { NotFoundHere } from './find.ts'
import type { Admin } from './open-admin.ts'

type Idps = Pick<Admin, 'network'>

/**
 * Groups as people write them: `<identity provider>#<id>`, the provider by its name or issuer; the id alone where there is
 * one provider.
 * @throws NotFoundHere when the provider is not one whose groups this box reads
 */
export function findGroups({ network }: Idps, names: readonly string[]): Group[] {
  const readable = network.idps.filter(({ groups }) => groups !== undefined)
  const known = readable.map((idp) => `"${idpName(idp)}"`).join(', ')
  if (names.length > 0 && readable.length === 0) {
    throw new NotFoundHere('No identity provider has groups configured: see docs/connect-your-idp.md.')
  }
  return names.map((name) => {
    const at = name.indexOf('#')
    const provider = name.slice(0, Math.max(at, 0))
    const named = readable.find((idp) => at > 0 && (idp.issuer === provider || idpName(idp) === provider))
    const [only, ...others] = readable
    const found = named ?? (at === -1 && others.length === 0 ? only : undefined)
    const id = named === undefined ? name : name.slice(at + 1)
    if (found !== undefined && id !== '') return { issuer: found.issuer, id }
    throw new NotFoundHere(`"${name}" is no group: write <identity provider>#<id>, the provider being one of ${known}.`)
  })
}

/** The other way round. */
export function showGroup({ network }: Idps, { issuer, id }: Group): string {
  const idp = network.idps.find((candidate) => candidate.issuer === issuer)
  return `${idp === undefined ? issuer : idpName(idp)}#${id}`
}
