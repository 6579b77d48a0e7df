import type { Packument, PackumentJson } from '../../packuments/index.ts'

/**
 * The document that npm reads before it writes, and sends back: tarballs are at their standard address there. npm would take one
 * that begins with a DID for an absolute URL of another scheme, when it deletes it (npm-registry-fetch, urlIsValid). The README
 * is left out: nobody changes it there, and it may arrive between reading and writing.
 */
export async function writableDocument(packument: Packument): Promise<PackumentJson> {
  const { readme: _, ...document } = await packument.json()
  for (const { dist } of Object.values(document.versions)) {
    dist.tarball = dist.tarball.replace(/\/did:plc:[a-z2-7]{24}\//, '/')
  }
  return document
}
