import { z } from 'zod'

/** `labelers`: whose labels count beside the company's own. */
export const labelersSettings = z
  .array(
    z.strictObject({
      did: z
        .string()
        .regex(/^did:(plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]+)$/, 'is not a DID such as did:web:labels.example')
        .describe('The labeler’s account: nobody else’s labels are taken from its address.'),
      url: z.url({ protocol: /^https?$/ }).describe('Where its labels are read, such as https://labels.example.'),
      key: z
        .string()
        .startsWith('did:key:', 'is not a did:key:…')
        .optional()
        .describe(
          'The key it signs with, as did:key. When absent, the document of its did:web says which, and is asked again when a signature is wrong.',
        ),
      trust: z
        .enum(['block', 'warn', 'ask'])
        .describe(
          'What its labels can do: `block` as a policy says, `warn` and no more, or `ask`: nothing, and be shown to who asks for them.',
        ),
      values: z
        .array(z.string().min(1).max(128))
        .min(1)
        .max(100)
        .optional()
        .describe('What it may say, such as ["malware"]; anything when absent. Other values are dropped.'),
    }),
  )
  .max(50)
  .default([])
  .superRefine((list, context) => {
    for (const [index, { did, key }] of list.entries()) {
      if (list.findIndex((other) => other.did === did) !== index) {
        context.addIssue({ code: 'custom', path: [index, 'did'], message: 'is there twice' })
      }
      if (key === undefined && !did.startsWith('did:web:')) {
        context.addIssue({
          code: 'custom',
          path: [index, 'key'],
          message: 'is needed for an account that is no did:web',
        })
      }
    }
  })
  .describe(
    'Labelers outside the box. Their labels act on public and upstream packages, beside the company’s own. See labels.md.',
  )
