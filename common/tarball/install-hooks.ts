/**
 * Scripts that npm runs when somebody installs a package from a registry, in this order. `prepare` is not among them: it runs
 * for git dependencies and in the package's own folder (https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-scripts).
 */
export const installHooks: readonly string[] = ['preinstall', 'install', 'postinstall']
