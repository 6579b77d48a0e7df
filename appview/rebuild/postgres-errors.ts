// https://www.postgresql.org/docs/18/errcodes-appendix.html
export const insufficientPrivilege = '42501'
export const lockNotAvailable = '55P03'
