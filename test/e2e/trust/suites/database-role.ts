import pg from 'pg'
import { describe, expect, it } from 'vitest'
import type { OpenBox } from '#test/support/open-box.ts'

// insufficient_privilege: https://www.postgresql.org/docs/current/errcodes-appendix.html
const denied = { code: '42501' }

/** The gateway is what the world reaches first; its role in Postgres is the least of what could be taken from it. */
export function databaseRole(box: () => OpenBox): void {
  describe('the gateway’s role in Postgres', () => {
    it('may use one schema, its own', async () => {
      const visible = `SELECT nspname FROM pg_namespace
        WHERE (has_schema_privilege(oid, 'USAGE') OR has_schema_privilege(oid, 'CREATE'))
          AND nspname NOT IN ('pg_catalog', 'information_schema')`
      expect(await box().sql('gateway', visible)).toEqual([{ nspname: 'gateway' }])
    })

    it.each([
      ['read another component’s tables', 'SELECT * FROM appview.ledger_judgement'],
      ['write to them', 'UPDATE people.person SET subject = subject'],
      ['change them', 'ALTER TABLE org.binding DROP COLUMN issuer'],
      ['create anything in another schema', 'CREATE TABLE appview.mine (x int)'],
      ['create anything in the public one', 'CREATE TABLE public.mine (x int)'],
      ['make a schema', 'CREATE SCHEMA mine'],
      ['make a role', 'CREATE ROLE mine SUPERUSER'],
      ['make a database', 'CREATE DATABASE mine'],
      ['become another role', 'SET ROLE atoll_appview'],
      ['read files of the server', "SELECT pg_read_file('postgresql.conf')"],
      ['run programs on it', "COPY (SELECT 1) TO PROGRAM 'true'"],
    ])('may not %s', async (_, statement) => {
      await expect(box().sql('gateway', statement)).rejects.toMatchObject(denied)
    })

    it.each(['postgres', 'template1'])('may not connect to the database %s', async (database) => {
      const url = new URL(box().parts.databaseUrls.gateway)
      url.pathname = `/${database}`
      const client = new pg.Client({ connectionString: url.href })
      await expect(client.connect()).rejects.toMatchObject(denied)
    })
  })
}
