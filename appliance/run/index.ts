export {
  type Forward,
  type ForwarderConfig,
  forwardPort,
  forwardPorts,
  readForwarder,
  readForwards,
} from './forward-ports.ts'
export { runComponent } from './run-component.ts'
export { type ReadyMessage, readyMessage, type StartMessage, startMessage } from './supervisor-link.ts'
