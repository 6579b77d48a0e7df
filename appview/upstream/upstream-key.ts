/** Which package of which registry. */
export interface UpstreamKey {
  registry: string
  /** With the capitals it was asked for with. */
  name: string
}
