import { z } from 'zod'
import { refuseProvenance } from './limits.ts'

const digest = z.record(z.string(), z.string())

const slsa1 = z.object({
  buildDefinition: z.object({
    externalParameters: z.object({
      workflow: z.object({ ref: z.string(), repository: z.string(), path: z.string() }),
    }),
    internalParameters: z
      .object({
        github: z
          .object({ repository_id: z.string().optional(), repository_owner_id: z.string().optional() })
          .optional(),
      })
      .optional(),
    resolvedDependencies: z.array(z.object({ uri: z.string().optional(), digest: digest.optional() })).min(1),
  }),
})

const slsa02 = z.object({
  invocation: z.object({
    configSource: z.object({ uri: z.string(), digest, entryPoint: z.string().optional() }),
    // npm's for GitLab has them here, npm's for GitHub in the environment.
    parameters: z.looseObject({ CI_PROJECT_ID: z.string().optional() }).nullish(),
    environment: z
      .looseObject({ GITHUB_REPOSITORY_ID: z.string().optional(), GITHUB_REPOSITORY_OWNER_ID: z.string().optional() })
      .nullish(),
  }),
})

const statementSchema = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']),
  subject: z.array(z.object({ name: z.string(), digest })),
  predicateType: z.string(),
  predicate: z.unknown(),
})
export type Statement = z.infer<typeof statementSchema>

/** What a predicate claims of the build; undefined where it is silent. The certificate decides, this has to agree. */
export interface ClaimedBuild {
  repository: string
  commit: string | undefined
  ref: string | undefined
  workflow: string | undefined
  workflowRef: string | undefined
  repositoryId: string | undefined
  ownerId: string | undefined
}

/** @throws InvalidProvenance when it is not an in-toto statement */
export function parseStatement(payload: Uint8Array): Statement {
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch (cause) {
    throw refuseProvenance('its statement is not JSON', cause)
  }
  const parsed = statementSchema.safeParse(decoded)
  if (!parsed.success) throw refuseProvenance('it does not hold an in-toto statement', parsed.error)
  return parsed.data
}

/** @throws InvalidProvenance when the predicate is not SLSA provenance of a kind we know */
export function readClaimedBuild({ predicateType, predicate }: Statement): ClaimedBuild {
  if (predicateType === 'https://slsa.dev/provenance/v1') return fromSlsa1(held(slsa1, predicate))
  if (predicateType === 'https://slsa.dev/provenance/v0.2') return fromSlsa02(held(slsa02, predicate))
  throw refuseProvenance(`it says ${predicateType.slice(0, 200)}, which is not SLSA provenance v1 or v0.2`)
}

function held<Schema extends z.ZodType>(schema: Schema, predicate: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(predicate)
  if (parsed.success) return parsed.data
  throw refuseProvenance(`its predicate is incomplete: ${parsed.error.issues[0]?.path.join('.')}`, parsed.error)
}

function fromSlsa1({ buildDefinition }: z.infer<typeof slsa1>): ClaimedBuild {
  const { externalParameters, internalParameters, resolvedDependencies } = buildDefinition
  const { workflow } = externalParameters
  return {
    repository: workflow.repository,
    commit: resolvedDependencies[0]?.digest?.['gitCommit'],
    ref: undefined,
    workflow: workflow.path,
    workflowRef: workflow.ref,
    repositoryId: internalParameters?.github?.repository_id,
    ownerId: internalParameters?.github?.repository_owner_id,
  }
}

function fromSlsa02({ invocation }: z.infer<typeof slsa02>): ClaimedBuild {
  const { configSource, parameters, environment } = invocation
  const [, repository = '', ref] = /^git\+(.*?)(?:@(refs\/.*))?$/.exec(configSource.uri) ?? []
  const isWorkflow = configSource.entryPoint?.startsWith('.github/workflows/') === true
  return {
    repository,
    commit: configSource.digest['sha1'],
    ref,
    // GitLab's entry point is the name of a job, of which the certificate says nothing.
    workflow: isWorkflow ? configSource.entryPoint : undefined,
    workflowRef: undefined,
    repositoryId: environment?.GITHUB_REPOSITORY_ID ?? parameters?.CI_PROJECT_ID,
    ownerId: environment?.GITHUB_REPOSITORY_OWNER_ID,
  }
}
