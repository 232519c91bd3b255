-- An older store may be a backup from before this version, and the changes that came after it may be known to clients. So all users go on
-- from a revision that was never given out, and which nobody can follow from before: the microseconds since 1970.
INSERT INTO user_data (user_id, revision, floor, entries, bytes) SELECT id, 0, 0, 0, 0 FROM users WHERE true ON CONFLICT DO NOTHING;
UPDATE user_data SET revision = ${now}, floor = ${now} WHERE revision < ${now};

-- In the order in which those who follow the changes get them.
CREATE INDEX entries_by_revision ON entries (user_id, revision);
CREATE INDEX tombstones_by_revision ON tombstones (user_id, revision);
