SELECT
  NOT (
    "t0"."born" BETWEEN MAKE_DATE(1900, 1, 1) AND MAKE_DATE(2026, 11, 23)
  ) AS "r0"
FROM "persons" AS "t0"
