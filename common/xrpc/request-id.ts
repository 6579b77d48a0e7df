export const requestIdHeader = 'x-request-id'
