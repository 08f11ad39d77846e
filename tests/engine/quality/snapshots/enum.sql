SELECT
  NOT (
    "t0"."town" IN ('a', 'b')
  ) AS "r0"
FROM "persons" AS "t0"
