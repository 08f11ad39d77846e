SELECT
  "t0"."born" AS "w0d"
FROM "persons" AS "t0"
