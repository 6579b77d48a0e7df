import { expect, it } from 'vitest'
import { isMounted } from '#appliance/config/read-secret.ts'

it.each([
  ['/run/secrets/client-secret', true],
  ['/var/run/secrets/atoll/client-secret', true],
  ['/run/secrets/', false],
  ['/run/secrets-of-others/client-secret', false],
  ['/etc/run/secrets/client-secret', false],
])('a secret in %s counts as one that a container engine mounted: %s', (path, expected) => {
  expect(isMounted(path)).toBe(expected)
})
