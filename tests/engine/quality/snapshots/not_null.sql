SELECT
  (
    "t0"."name" IS NULL
  ) OR TRIM("t0"."name", ' 	
\r') IN ('无') AS "r0"
FROM "persons" AS "t0"
