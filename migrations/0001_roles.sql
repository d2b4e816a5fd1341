-- Who may touch the ledger.
--
--   radiant_owner    owns every object, cannot log in
--   radiant_engine   what the rooms do: schedule, run, warm, administer
--   authenticated    what a request of a tenant's user may do, under row level security
--
-- Roles are the whole server's. What opens this ledger is the right to use its schema, which `radiant migrate` gives to
-- its login alone (src/store/schema.ts).
set local role radiant_owner;

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
