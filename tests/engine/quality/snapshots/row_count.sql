SELECT
  TRUE AS "one"
FROM "persons" AS "t0"
