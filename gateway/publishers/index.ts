export { findPublisher, listPublishers, type TrustedPublisherView } from './list-publishers.ts'
