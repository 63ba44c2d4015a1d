-- What the store is: one row. The last three columns say where it lives; when they differ from what the
-- server says, the tables were restored from a dump, or a standby was promoted.
CREATE TABLE store (
  only_row          boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id                uuid    NOT NULL,
  epoch             bigint  NOT NULL CHECK (epoch >= 1),
  system_identifier bigint  NOT NULL,
  table_oid         bigint  NOT NULL,
  timeline          text    NOT NULL
);

-- The events. Positions are given under a lock, so that the order of commits is that of positions.
-- Texts have no zero character in PostgreSQL: U+0001 U+0002 stands for it, U+0001 U+0001 for U+0001.
CREATE TABLE event (
  position       bigint   PRIMARY KEY,
  kind           bigint   NOT NULL,             -- XXH3 of the type
  micros         bigint   NOT NULL,             -- when it was recorded, since 1970
  last_position  bigint,                        -- of its append; at the first event of the append only
  append         uuid     NOT NULL,
  ordinal        integer  NOT NULL,
  schema_version smallint NOT NULL,
  type           text     COLLATE "C" NOT NULL,
  tenant         text     COLLATE "C" NOT NULL,
  tags           text     COLLATE "C" NOT NULL, -- name:value, the subject first, separated by U+001F
  data           bytea    NOT NULL,
  correlation_id text     COLLATE "C",
  causation_id   text     COLLATE "C",
  traceparent    text     COLLATE "C",
  actor          text     COLLATE "C",
  command_digest bigint,                        -- what follows: at the first event of the append only
  command_id     text     COLLATE "C",
  command_type   text     COLLATE "C",
  command        bytea
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE UNIQUE INDEX event_append ON event (append) WHERE ordinal = 0;
CREATE INDEX event_kind ON event (kind, position);

-- Which events have a tag: a range of the primary key for each tag.
CREATE TABLE event_tag (
  tag      bigint NOT NULL,                     -- XXH3 of tenant, name and value
  position bigint NOT NULL,
  kind     bigint NOT NULL,
  PRIMARY KEY (tag, position) INCLUDE (kind)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE TABLE snapshot (
  key         bytea   PRIMARY KEY,              -- SHA-256 of the parts of the key
  store       uuid    NOT NULL,
  epoch       bigint  NOT NULL,
  position    bigint  NOT NULL,
  state       bytea   NOT NULL,
  view        text    COLLATE "C" NOT NULL,     -- for people
  entity      text    COLLATE "C" NOT NULL
);

-- For people: the events as one would write them down.
CREATE VIEW readable AS
SELECT position, to_timestamp(micros / 1000000.0) AS recorded, type, schema_version, tenant,
       CASE WHEN tags = '' THEN ARRAY[]::text[] ELSE string_to_array(tags, E'\x1F') END AS tags,
       data, correlation_id, causation_id, actor, append, ordinal
FROM event;
