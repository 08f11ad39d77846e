SELECT
  NOT (
    "t0"."born" <= "t0"."died"
  ) AS "r0"
FROM "persons" AS "t0"
