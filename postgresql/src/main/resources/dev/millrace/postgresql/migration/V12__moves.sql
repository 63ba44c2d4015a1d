-- Exactly where the events go on: the copy, and which of the runs that fill it.
ALTER TABLE store ADD COLUMN moved_copy uuid, ADD COLUMN moved_turn bigint;

-- The same of a store that arrives here: only the latest run that opened it may add to it, or finish it.
ALTER TABLE store ADD COLUMN copy_id uuid, ADD COLUMN copy_turn bigint NOT NULL DEFAULT 0;
