SELECT
  REGEXP_MATCHES(
    LOWER("t0"."name"),
    '^(?:测试.*|test\d*|xxx+|aaa+|asdf\w*|null|none|nan|n/?a|undefined|无|暂无|没有|不详|未知|待定|待补充?|[-—_=.,，。、*#?？/\\|~]+|(?:0{4,}|1{4,}|9{4,})|123456\d*)$'
  )
  OR REGEXP_MATCHES("t0"."name", '锟斤拷|烫烫烫|屯屯屯|\x{FFFD}|Ã.|â€|ï¿½|[\x00-\x08\x0b\x0c\x0e-\x1f]') AS "r0"
FROM "persons" AS "t0"
