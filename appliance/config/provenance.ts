import { resolve } from 'node:path'
import { z } from 'zod'
import { type ProvenanceConfig, provenanceSchema } from '#common/provenance/config.ts'
import { readSettingFile } from './read-secret.ts'
import { SettingsError } from './settings-error.ts'

export const provenanceSettingsSchema = z
  .strictObject({
    publicGood: z
      .boolean()
      .default(true)
      .describe('Trust Sigstore’s public instance, which signs for builds on github.com and gitlab.com.'),
    trustRoots: z
      .array(z.string().min(1))
      .max(20)
      .default([])
      .describe('Files, each the `trusted_root.json` of a private Sigstore.'),
  })
  .prefault({})
  .describe('Whose word about where a version was built counts. See provenance.md.')

export interface ProvenanceSettings {
  provenance: z.output<typeof provenanceSettingsSchema>
  /** Where atoll.yaml is. */
  folder: string
}

/** The trust roots themselves, for components that see no files. @throws SettingsError */
export async function readProvenance({ provenance, folder }: ProvenanceSettings): Promise<ProvenanceConfig> {
  const { publicGood, trustRoots } = provenance
  const texts = trustRoots.map((file, at) => readRoot(`provenance.trustRoots.${at}`, resolve(folder, file)))
  return provenanceSchema.parse({ publicGood, trustRoots: await Promise.all(texts) })
}

const rootSchema = z.object({ certificateAuthorities: z.array(z.unknown()).min(1) })

async function readRoot(setting: string, path: string): Promise<string> {
  const text = await readSettingFile(setting, path)
  try {
    rootSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new SettingsError(`${setting}: ${path} is not the trusted_root.json of a Sigstore`, { cause })
  }
  return text
}
