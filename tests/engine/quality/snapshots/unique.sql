SELECT
  CASE
    WHEN (
      "t0"."id_no" IS NULL
    ) OR (
      "t0"."born" IS NULL
    )
    THEN CAST(NULL AS UBIGINT)
    ELSE HASH({'c0': "t0"."id_no", 'c1': "t0"."born"})
  END AS "w0v"
FROM "persons" AS "t0"
