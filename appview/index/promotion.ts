import { app } from '#lexicons'
import { defineCollection } from './collection.ts'

const { promotion, promotionDecision } = app.npm.org
const byCidAlone = { role: 'org', isConsistent: () => true, put: async () => {}, remove: async () => {} } as const

/** Promotions stand in the index by their CIDs alone: who asked for one waits for that. The org PDS knows what becomes of them. */
export const promotions = defineCollection<app.npm.org.promotion.Main>(promotion, byCidAlone)
export const promotionDecisions = defineCollection<app.npm.org.promotionDecision.Main>(promotionDecision, byCidAlone)
