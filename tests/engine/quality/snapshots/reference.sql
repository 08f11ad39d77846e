SELECT
  CASE
    WHEN "t0"."town" IS NULL
    THEN CAST(NULL AS BOOLEAN)
    ELSE NOT (
      "t0"."town" IN (
        SELECT
          "t1"."town" AS "known"
        FROM "towns" AS "t1"
        WHERE
          "t1"."town" IS NOT NULL
      )
    )
  END AS "r0"
FROM "persons" AS "t0"
