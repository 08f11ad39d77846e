SELECT
  NOT (
    BIRTH_DAY_AGREES("t0"."id_no", "t0"."born")
  ) AS "r0"
FROM "persons" AS "t0"
