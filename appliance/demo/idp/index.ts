export { type DemoIdpConfig, demoClientId, demoIdp, demoIdpConfigSchema } from './config.ts'
export { DemoIdp } from './demo-idp.ts'
export { type DemoPerson, demoPeople } from './people.ts'
export { signInAtDemo } from './sign-in-at-demo.ts'
