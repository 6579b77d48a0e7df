export { mountAboutPackage } from './mount-about-package.ts'
