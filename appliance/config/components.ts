/** The processes of the box, in the order they are shown. `idp` runs only with the demo identity provider. */
export const componentNames = ['directory', 'org', 'people', 'relay', 'appview', 'gateway', 'idp'] as const
export type ComponentName = (typeof componentNames)[number]

/** What listens somewhere: the components, and the people PDS' pages, which are on a port of their own. */
export const portNames = ['gateway', 'pages', 'idp', 'directory', 'org', 'people', 'relay', 'appview'] as const
export type PortName = (typeof portNames)[number]

export const defaultPorts: Record<PortName, number> = {
  gateway: 4873,
  pages: 4874,
  idp: 4875,
  directory: 4880,
  org: 4881,
  people: 4882,
  relay: 4883,
  appview: 4884,
}
