SELECT
  CASE
    WHEN LENGTH("t0"."id_no") <> 18
    THEN CAST(NULL AS BOOLEAN)
    WHEN "t0"."name" IN ('男', '男性', '1', 'M')
    THEN SUBSTRING(
      "t0"."id_no",
      CASE WHEN (
        16 + 1
      ) >= 1 THEN 16 + 1 ELSE 16 + 1 + LENGTH("t0"."id_no") END,
      1
    ) IN ('0', '2', '4', '6', '8')
    WHEN "t0"."name" IN ('女', '女性', '2', 'F')
    THEN SUBSTRING(
      "t0"."id_no",
      CASE WHEN (
        16 + 1
      ) >= 1 THEN 16 + 1 ELSE 16 + 1 + LENGTH("t0"."id_no") END,
      1
    ) IN ('1', '3', '5', '7', '9')
    ELSE CAST(NULL AS BOOLEAN)
  END AS "r0"
FROM "persons" AS "t0"
