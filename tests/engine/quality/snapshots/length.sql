SELECT
  NOT (
    LENGTH("t0"."name") BETWEEN 2 AND 8
  ) AS "r0"
FROM "persons" AS "t0"
