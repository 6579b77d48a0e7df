export { CrawlRequests } from './crawl-requests.ts'
