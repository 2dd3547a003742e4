-- What the people's tables know of people, column by column; the rest of each table is 'none'.

select private.classify(
    'public.profiles', '{id}', 'personal', 'names the person in every academy',
    'for ever, without the person after erasure', 'pseudonymised'
);
select private.classify(
    'public.profiles', '{first_name,last_name,full_name,avatar_url,cover_url,bio}', 'personal',
    'how the person is shown', 'while there is an account', 'emptied'
);
select private.classify(
    'public.profile_details',
    '{user_id,email,phone,address,city,postal_code,locale,country,notification_preferences}',
    'personal', 'reaching the person', 'while there is an account', 'deleted'
);
select private.classify(
    'public.profile_details', '{birth_date}', 'sensitive', 'telling minors from adults',
    'while there is an account', 'deleted'
);
select private.classify(
    t.name::regclass, '{user_id}', 'personal', 'whose row it is',
    'for ever, without the person after erasure', 'pseudonymised'
)
from unnest(array['public.members', 'public.member_roles', 'public.consent_tracking']) as t (name);
select private.classify(
    'public.members', '{status,joined_at,directory_opt_out,listed}', 'personal',
    'whether the person belongs to the academy', 'for ever, without the person after erasure',
    'pseudonymised'
);
select private.classify(
    'public.member_roles', '{role}', 'personal', 'what the person may do', 'while a member', 'deleted'
);
select private.classify(
    'public.consent_tracking', '{purpose,version,granted}', 'personal',
    'proof of consent (GDPR article 7(1))', '5 years after it ended', 'kept_by_law'
);
select private.classify(
    'private.invitations', '{email}', 'personal', 'whom the mail invites',
    '90 days after the invitation''s end', 'deleted'
);
select private.classify(
    'private.invitations', '{token_hash}', 'sensitive', 'recognising the link',
    '90 days after the invitation''s end', 'deleted'
);
select private.classify(
    'private.invitations', '{invited_by,accepted_by}', 'personal', 'who invited and who came',
    '90 days after the invitation''s end', 'deleted'
);
select private.classify(
    'private.invitation_seeds', '{seed}', 'sensitive', 'making the link in the mail',
    'until the mail is sent', 'deleted'
);
select private.classify(
    'private.provider_accounts', '{settings,secret_name}', 'sensitive',
    'finding the academy''s account with a provider', 'while the account is used', 'deleted'
);
select private.classify(
    'public.academies', '{sender_name,sender_email,reply_to}', 'personal',
    'who writes to learners; may name a person', 'while the academy exists', 'emptied'
);
select private.classify(
    t.name::regclass, '{user_id}', 'personal', 'whose row it is', 'while a member, then 3 years',
    'deleted'
)
from unnest(array[
    'public.member_profiles', 'public.member_onboarding', 'public.student_profiles',
    'public.garage_profiles', 'public.coach_profiles', 'public.parent_profiles', 'public.bank_details'
]) as t (name);
select private.classify(
    'public.member_profiles', '{city,interests}', 'personal', 'the directory',
    'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.member_onboarding', '{onboarding_completed,onboarding_answers}', 'sensitive',
    'fitting the offer to the learner; answers may touch health', 'while a member, then 3 years',
    'deleted'
);
select private.classify(
    'public.student_profiles', '{grade,education_level,employment_status,motivation_letter}',
    'sensitive', 'teaching minors and adults at their level', 'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.student_profiles', '{financing_type}', 'sensitive', 'who pays',
    'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.garage_profiles',
    '{company_name,siret,address,city,postal_code,team_size,specializations,verified}', 'personal',
    'who employs the learner; a sole trader is a person', 'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.coach_profiles',
    '{pseudonym,subjects,available_online,available_in_person,bio,verified}', 'personal',
    'choosing a coach', 'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.parent_profiles', '{city}', 'personal', 'finding sessions nearby',
    'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.bank_details', '{holder,iban,bic}', 'sensitive', 'paying the person',
    'while a member, then 3 years', 'deleted'
);
select private.classify(
    'public.guardianships', '{parent_id,student_id,scopes,ends_on}', 'sensitive',
    'who decides for a minor', 'until majority, then 3 years', 'pseudonymised'
);
select private.classify(
    'public.garage_seats', '{garage_id,student_id}', 'personal', 'whose seat it is',
    'while the garage is a member, then 3 years', 'pseudonymised'
);
select private.classify(
    'public.garage_seats', '{email}', 'personal', 'to whom the seat is offered',
    'until it is taken or released', 'emptied'
);

select private.classify(t.name::regclass, null)
from unnest(array[
    'public.academies', 'private.provider_accounts', 'public.profiles', 'public.profile_details',
    'public.members', 'public.member_roles', 'private.invitations', 'private.invitation_seeds',
    'public.consent_tracking', 'public.member_profiles', 'public.member_onboarding',
    'public.student_profiles', 'public.garage_profiles', 'public.coach_profiles',
    'public.parent_profiles', 'public.bank_details', 'public.guardianships', 'public.garage_seats'
]) as t (name);
