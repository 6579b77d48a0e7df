export { keepTelling, type Telling } from './keep-telling.ts'
