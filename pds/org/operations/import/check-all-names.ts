import { checkNames } from '../../names/index.ts'
import { required } from '../context.ts'
import type { ImportContext } from './context.ts'

/** Every package is one of this organisation. @throws NotFound, NotPrivate; ProofFailed, ComponentUnavailable */
export async function checkAllNames({ list, operation, services }: ImportContext): Promise<void> {
  const { packages } = required(list, 'receiveList')
  await checkNames(
    services,
    operation.org,
    packages.map(({ name }) => name),
  )
}
