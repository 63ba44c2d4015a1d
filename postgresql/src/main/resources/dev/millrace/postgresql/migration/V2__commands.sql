-- Commands that were written in somebody's transaction, to be decided afterwards. What was accepted is deleted; what was
-- rejected, or failed for good, stays for people until somebody deletes it.
CREATE TABLE command_queue (
  number         bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  context        text    COLLATE "C" NOT NULL,
  tenant         text    COLLATE "C" NOT NULL,
  id             text    COLLATE "C" NOT NULL,
  type           text    COLLATE "C" NOT NULL,
  payload        bytea   NOT NULL,
  correlation_id text    COLLATE "C",
  causation_id   text    COLLATE "C",
  traceparent    text    COLLATE "C",
  actor          text    COLLATE "C",
  state          text    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'rejected', 'failed')),
  attempts       integer NOT NULL DEFAULT 0,
  due_micros     bigint  NOT NULL DEFAULT 0,
  outcome        text,                          -- the reason, or what went wrong
  UNIQUE (context, tenant, id)
);
CREATE INDEX command_queue_waiting ON command_queue (number) WHERE state = 'waiting';
