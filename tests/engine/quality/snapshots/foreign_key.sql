SELECT
  CASE
    WHEN (
      "t0"."town" IS NULL
    ) OR (
      "t0"."age" IS NULL
    )
    THEN CAST(NULL AS BOOLEAN)
    ELSE NOT (
      "t0"."town" || '\x1f' || CAST("t0"."age" AS TEXT) IN (
        SELECT
          "t1"."town" || '\x1f' || CAST("t1"."n" AS TEXT) AS "known"
        FROM "towns" AS "t1"
        WHERE
          "t1"."town" IS NOT NULL AND "t1"."n" IS NOT NULL
      )
    )
  END AS "r0"
FROM "persons" AS "t0"
