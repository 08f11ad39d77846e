SELECT
  NOT (
    REGEXP_MATCHES("t0"."id_no", '^1[3-9][0-9]{9}$')
  ) AS "r0"
FROM "persons" AS "t0"
