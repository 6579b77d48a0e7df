import { afterAll, beforeAll, expect, it } from 'vitest'
import { watchRoutes } from '#test/support/listening-routes.ts'
import { type OpenBox, openBox } from '#test/support/open-box.ts'
import { appviewAlone } from './suites/appview-alone.ts'
import { ceremony } from './suites/ceremony.ts'
import { databaseRole } from './suites/database-role.ts'
import { directoryAlone } from './suites/directory-alone.ts'
import { everyRoute } from './suites/every-route.ts'
import { gatewayAlone } from './suites/gateway-alone.ts'
import { halfVersions } from './suites/half-versions.ts'
import { npmWrites } from './suites/npm-writes.ts'
import { orgAlone } from './suites/org-alone.ts'
import { peopleAlone } from './suites/people-alone.ts'
import { refusedUploads } from './suites/refused-uploads.ts'

const watched = watchRoutes()
let opened: OpenBox | undefined
const box = (): OpenBox => opened ?? expect.fail('the box is not open')

beforeAll(async () => {
  opened = await openBox()
})
afterAll(async () => {
  watched[Symbol.dispose]()
  await opened?.[Symbol.asyncDispose]()
})

it('installs what alice publishes and approves', async () => {
  await box().person('alice').publishes('@acme.test/honest@1.0.0')
  expect(await box().installable('@acme.test/honest@1.0.0')).toEqual({ listed: true, served: true })
})

everyRoute(box, watched.routes)
halfVersions(box)
ceremony(box)
refusedUploads(box)
npmWrites(box)
gatewayAlone(box)
peopleAlone(box)
orgAlone(box)
appviewAlone(box)
directoryAlone(box)
databaseRole(box)
