export { databaseAnswers, holds, peerAnswers } from './checks.ts'
export { type HealthCheck, Readiness } from './readiness.ts'
export { type CheckReport, type HealthReport, healthReportSchema, type Position, type Progress } from './report.ts'
