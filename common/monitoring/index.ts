export { type MonitoringConfig, monitoringSchema } from './config.ts'
export { hashMonitorToken, mintMonitorToken } from './monitor-token.ts'
export { Monitoring, type Watched } from './monitoring.ts'
