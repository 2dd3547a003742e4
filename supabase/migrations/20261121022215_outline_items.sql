-- Lists that staff send as JSON: modules, lessons, questions.

create function private.outline_items(items jsonb, at_most integer)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
    if items is null then
        return '[]';
    end if;
    if jsonb_typeof(items) <> 'array' then
        perform private.fail(
            422, 'outline_invalid', 'Le plan n''est pas une liste.', 'Pass a JSON array of objects.'
        );
    end if;
    if jsonb_array_length(items) > at_most then
        perform private.fail(
            422, 'outline_too_long', 'Le plan est trop long.', format('At most %s items.', at_most)
        );
    end if;
    if exists (
        select 1 from jsonb_array_elements(items) as i (item) where jsonb_typeof(i.item) <> 'object'
    ) then
        perform private.fail(
            422, 'outline_invalid', 'Le plan contient autre chose que des étapes.',
            'Pass a JSON array of objects.'
        );
    end if;
    return items;
end;
$$;
comment on function private.outline_items is 'A list given as JSON, of objects, within its limit.';
