import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

const text = z.string().min(1).max(256)
const permissions = z.array(z.enum(['createPackage', 'createStagedPackage'])).min(1)

/** What `npm trust github|gitlab|circleci` sends (npm's lib/commands/trust). */
const requestSchema = z.tuple([
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('github'),
      claims: z.object({
        repository: text,
        workflow_ref: z.object({ file: text }),
        environment: text.optional(),
      }),
      permissions,
    }),
    z.object({
      type: z.literal('gitlab'),
      claims: z.object({
        project_path: text,
        ci_config_ref_uri: z.object({ file: text }),
        environment: text.optional(),
      }),
      permissions,
    }),
    z.object({
      type: z.literal('circleci'),
      claims: z.object({
        'oidc.circleci.com/org-id': z.guid(),
        'oidc.circleci.com/project-id': z.guid(),
        'oidc.circleci.com/pipeline-definition-id': z.guid(),
        'oidc.circleci.com/vcs-origin': text,
        'oidc.circleci.com/context-ids': z.array(z.guid()).min(1).max(20).optional(),
      }),
      permissions,
    }),
  ]),
])
export type TrustRequest = z.output<typeof requestSchema>[0]

/** @throws InvalidRequest */
export function readTrustRequest(body: unknown): TrustRequest {
  const parsed = requestSchema.safeParse(body)
  if (parsed.success) return parsed.data[0]
  const [issue] = parsed.error.issues
  throw new AtollError('InvalidRequest', { reason: `"${issue?.path.join('.')}": ${issue?.message}` }, parsed.error)
}
