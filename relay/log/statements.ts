/**
 * Each of these is one statement, and so one transaction: the event, the state of its repository and the cursor of the
 * host it came from are stored together or not at all. That is why a crash anywhere loses and repeats nothing.
 */

/** Nothing happens, and no row comes back, when the repository is no longer in the state the commit was verified against. */
export const appendState = `
  with changed as (
    insert into repo (did, host, rev, data, commit) values ($1, $2, $3, $4, $5)
    on conflict (did) do update
      set host = excluded.host, rev = excluded.rev, data = excluded.data, commit = excluded.commit
      where repo.rev is not distinct from $6
    returning did
  ), appended as (
    insert into event (seq, did, type, frame) select $7, did, $8, $9 from changed returning seq
  ), advanced as (
    insert into host (url, cursor) select $2, $10 from appended
    on conflict (url) do update set cursor = excluded.cursor
  ), gone as (
    delete from collection using changed where collection.did = changed.did
      and (($13 and name <> all($12::text[])) or name = any($15::text[]))
  ), noted as (
    insert into collection (did, name) select did, unnest($12::text[]) from changed
    where $13 or (select count(*) from collection c where c.did = changed.did) < $14
    on conflict do nothing
  )
  select pg_notify($11, seq::text) from appended`

/** For events that are about an account and not its repository; a status of null leaves the status as it is. */
export const appendNotice = `
  with changed as (
    insert into repo (did, host, status) values ($1, $2, coalesce($3, 'active'))
    on conflict (did) do update set status = coalesce($3, repo.status)
  ), appended as (
    insert into event (seq, did, type, frame) values ($4, $1, $5, $6) returning seq
  ), advanced as (
    insert into host (url, cursor) values ($2, $7)
    on conflict (url) do update set cursor = excluded.cursor
  )
  select pg_notify($8, seq::text) from appended`

export const saveCursor = `
  insert into host (url, cursor) values ($1, $2) on conflict (url) do update set cursor = excluded.cursor`
