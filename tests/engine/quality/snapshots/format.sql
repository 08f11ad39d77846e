SELECT
  NOT (
    USCC_VALID_0("t0"."id_no")
  ) AS "r0"
FROM "persons" AS "t0"
