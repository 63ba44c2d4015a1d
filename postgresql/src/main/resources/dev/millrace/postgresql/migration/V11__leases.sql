-- Processes that share the work of processors. One whose time is over, by the clock of this server, is removed by
-- whoever next changes something; what it held is free then.
CREATE TABLE member (
  id      uuid        PRIMARY KEY,
  name    text        COLLATE "C" NOT NULL,
  expires timestamptz NOT NULL,
  hosts   text        COLLATE "C" NOT NULL      -- a line for each processor: context, name, version, shares; separated by U+001F
) WITH (fillfactor = 50);

-- What each of them holds. The epoch grows each time that a lease is taken; a row is never deleted.
CREATE TABLE lease (
  context   text    COLLATE "C" NOT NULL,
  processor text    COLLATE "C" NOT NULL,
  share     integer NOT NULL,
  epoch     bigint  NOT NULL,
  holder    uuid,
  PRIMARY KEY (context, processor, share)
) WITH (fillfactor = 50);
