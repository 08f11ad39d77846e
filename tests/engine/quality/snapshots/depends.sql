SELECT
  CASE WHEN "t0"."town" IS NULL THEN CAST(NULL AS UBIGINT) ELSE HASH("t0"."town") END AS "w0a",
  CASE
    WHEN (
      "t0"."town" IS NULL
    ) OR (
      "t0"."name" IS NULL
    )
    THEN CAST(NULL AS UBIGINT)
    ELSE HASH({'c0': "t0"."town", 'c1': "t0"."name"})
  END AS "w0ab"
FROM "persons" AS "t0"
