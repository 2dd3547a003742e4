-- One row per image: its number from 1, its values as JSON texts, which conditions it meets.
select
    picture.texts,
    picture.met
from pg_temp.realtime_pictures(
    %(relation)s, %(columns)s, %(images)s, %(conditions)s,
    current_setting('search_path')
) as picture
order by picture.number
