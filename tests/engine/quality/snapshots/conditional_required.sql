SELECT
  CASE
    WHEN "t0"."town" IN ('x')
    THEN "t0"."died" IS NULL
    ELSE CAST(NULL AS BOOLEAN)
  END AS "r0"
FROM "persons" AS "t0"
