-- Who may touch the ledger.
--
--   radiant_owner    owns every object, cannot log in
--   radiant_engine   what the rooms do: schedule, run, warm, administer
--   authenticated    what a request of a tenant's user may do, under row level security
--
-- A login role owns nothing; `radiant migrate` creates it and makes it a member of the last two.

do $$
begin
  if not exists (select from pg_roles where rolname = 'radiant_owner') then
    create role radiant_owner nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'radiant_engine') then
    create role radiant_engine nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another database of this cluster is being migrated at the same moment
end
$$;

grant radiant_owner, radiant_engine, authenticated to current_user;
grant usage, create on schema public to radiant_owner;
revoke create on schema public from public;
grant usage on schema public to radiant_engine, authenticated;

-- Who is asking: `sub` and `tenant_id` of the transaction's claims. Supabase brings its own auth.uid().
create schema if not exists auth;
grant usage, create on schema auth to radiant_owner;
grant usage on schema auth to radiant_engine, authenticated;

set local role radiant_owner;

do $$
begin
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable set search_path = '' as
      $f$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
  end if;
end
$$;

create function current_tenant() returns uuid language sql stable set search_path = '' as
  $f$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'tenant_id')::uuid $f$;

-- Every row that carries `updated_at` gets it here, and a version where it has one.
create function touch() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;

reset role;
