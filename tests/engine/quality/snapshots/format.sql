SELECT
  NOT (
    USCC_VALID("t0"."id_no")
  ) AS "r0"
FROM "persons" AS "t0"
