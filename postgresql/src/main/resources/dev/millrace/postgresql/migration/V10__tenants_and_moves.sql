-- Which events of a type a tenant has, where there is more than one tenant: the events of an application that has only
-- the default one are found by type alone, and are not written here.
CREATE INDEX event_tenant_kind ON event (tenant, kind, position) WHERE tenant <> 'default';

-- Where the events go on, if the store was moved; and whether it is still being filled from another one.
ALTER TABLE store ADD COLUMN moved_to text, ADD COLUMN arriving boolean NOT NULL DEFAULT false;

-- The parts of the key, of which the primary key is the digest: so that snapshots can be taken along.
ALTER TABLE snapshot
  ADD COLUMN name        text COLLATE "C",
  ADD COLUMN version     integer,
  ADD COLUMN fingerprint text COLLATE "C",
  ADD COLUMN tenant      text COLLATE "C";
