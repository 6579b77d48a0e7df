import { afterAll, beforeAll } from 'vitest'
import { PromotionScene } from './promotion-scene.ts'
import { anyOperation } from './suites/any-operation.ts'
import { asking } from './suites/asking.ts'
import { attestingAnew } from './suites/attesting-anew.ts'
import { deciding } from './suites/deciding.ts'
import { projecting } from './suites/projecting.ts'
import { seeing } from './suites/seeing.ts'

let opened: PromotionScene | undefined
const scene = (): PromotionScene => {
  if (opened === undefined) throw new Error('the scene is not open')
  return opened
}

beforeAll(async () => {
  opened = await PromotionScene.opens()
})
afterAll(() => opened?.[Symbol.asyncDispose]())

anyOperation(scene)
asking(scene)
deciding(scene)
attestingAnew(scene)
projecting(scene)
seeing(scene)
