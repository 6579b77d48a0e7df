import { AtollError } from '#common/errors/index.ts'
import { digestName } from '../../files/index.ts'
import type { PublishRequest } from './context.ts'

/**
 * Whether the bytes are those npm packed: its digests and lengths, where it sends them, must be ours.
 * @throws InvalidTarball
 */
export function compareDigests({ document, tarball }: Pick<PublishRequest, 'document' | 'tarball'>): void {
  const { digests } = tarball
  const attached = document.attachments
  if (attached.length !== 1 || attached[0]?.name !== tarball.attachment) throw refuse('exactly one must be attached')
  const { length } = attached[0]
  if (length !== undefined && length !== digests.size) throw refuse('it is not as long as it should be')
  const integrity = digestName(document.integrity ?? '')
  if (integrity !== undefined && integrity !== digestName(digests.integrity)) throw refuse('its integrity is another')
  if (document.shasum !== undefined && document.shasum !== digests.shasum) throw refuse('its shasum is another')

  function refuse(reason: string): AtollError {
    return new AtollError('InvalidTarball', { package: document.name.name, version: document.version, reason })
  }
}
