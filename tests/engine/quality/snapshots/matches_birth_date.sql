SELECT
  CASE
    WHEN LENGTH("t0"."id_no") = 18
    THEN TRY_CAST(SUBSTRING(
      "t0"."id_no",
      CASE WHEN (
        6 + 1
      ) >= 1 THEN 6 + 1 ELSE 6 + 1 + LENGTH("t0"."id_no") END,
      8
    ) AS INT) <> (
      (
        EXTRACT(year FROM "t0"."born") * 10000
      ) + (
        EXTRACT(month FROM "t0"."born") * 100
      ) + EXTRACT(day FROM "t0"."born")
    )
    ELSE CAST(NULL AS BOOLEAN)
  END AS "r0"
FROM "persons" AS "t0"
