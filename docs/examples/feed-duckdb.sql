-- Reads of a feed's bucket in DuckDB 1.5, straight from its files. Set the bucket's place first:
--   a folder:   SET VARIABLE bucket = '/srv/feed';
--   S3:         INSTALL httpfs; LOAD httpfs; CREATE SECRET (TYPE s3, …); SET VARIABLE bucket = 's3://feed';
-- Signatures are not checked here: run `cordon feed verify` on what you rely on.

-- A record is the first line of its claim. Its number is its path.
CREATE VIEW records AS
SELECT split_part(split_part(filename, '/lanes/', 2), '/', 1) AS lane,
       CAST(replace(replace(split_part(filename, '/log/', 2), '/', ''), 'x', '') AS BIGINT) AS number,
       json(split_part(content, chr(10), 1)) AS leaf
FROM read_text(getvariable('bucket') || '/lanes/*/log/*/*/*/*');

-- Segments that count: those that no later one replaces.
CREATE VIEW files AS
SELECT r.lane, getvariable('bucket') || '/lanes/' || r.lane || '/segments/period=' || (r.leaf->>'$.period')
       || '/' || (r.leaf->>'$.digest') || '.parquet' AS path
FROM records r
WHERE (r.leaf->>'$.period') IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM records n
                  WHERE n.lane = r.lane AND list_contains(CAST(n.leaf->'$.replaces' AS BIGINT[]), r.number));

-- Reads that were corrected or taken back.
CREATE VIEW gone AS
SELECT lane, unnest(CAST(leaf->'$.gone' AS VARCHAR[])) AS id FROM records WHERE (leaf->'$.gone') IS NOT NULL;

SET VARIABLE files = (SELECT list(path) FROM files);
CREATE VIEW reads AS
SELECT split_part(split_part(filename, '/lanes/', 2), '/', 1) AS lane, * EXCLUDE (filename)
FROM read_parquet(getvariable('files'), hive_partitioning = true, filename = true);

-- Two weeks, a box, a red Toyota. Weeks, times and boxes prune files and row groups.
SELECT lane, count(*) FROM reads ANTI JOIN gone USING (lane, id)
WHERE period BETWEEN '2026-W19' AND '2026-W20'
  AND lon BETWEEN -75.6 AND -75.5 AND lat BETWEEN 39.7 AND 39.75 AND make = 'TOYOTA' AND color = 'RED'
GROUP BY lane ORDER BY lane;
