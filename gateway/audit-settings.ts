import { z } from 'zod'

const syslog = z
  .strictObject({
    host: z.string().min(1).max(253).describe('The receiver, such as logs.acme.com or 10.0.0.9; it may be private.'),
    // RFC 5425, section 4.1
    port: z.int().min(1).max(65_535).default(6514).describe('Of the receiver.'),
    tls: z
      .boolean()
      .default(true)
      .describe(
        'Whether the connection is encrypted and the receiver proves who it is, also by `network.caFile`. Without, anybody on the way can read and change it.',
      ),
  })
  .describe('A receiver of syslog that every entry is sent to: RFC 5424 over TCP, with octet counting.')

/** Where the audit log goes besides. */
export const auditSchema = z
  .strictObject({ syslog: syslog.optional() })
  .prefault({})
  .describe('Where the audit log goes besides. See audit-log.md.')
