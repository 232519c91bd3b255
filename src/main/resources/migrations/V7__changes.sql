-- In the order in which those who follow the changes get them.
CREATE INDEX entries_by_revision ON entries (user_id, revision);
CREATE INDEX tombstones_by_revision ON tombstones (user_id, revision);
