SELECT
  NOT (
    OF_WIDTH_AND_CHARACTERS("t0"."id_no")
  ) AS "r0"
FROM "persons" AS "t0"
