SELECT
  NOT (
    COALESCE(LENGTH("t0"."id_no") = 11, LENGTH("t0"."id_no") < 0)
    AND COALESCE(
      TRY_CAST("t0"."id_no" AS BIGINT) BETWEEN 13000000000 AND 19999999999
      AND (
        CAST(TRY_CAST("t0"."id_no" AS BIGINT) AS TEXT) = "t0"."id_no"
      ),
      LENGTH("t0"."id_no") < 0
    )
  ) AS "r0"
FROM "persons" AS "t0"
