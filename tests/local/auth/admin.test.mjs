import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import * as kit from './kit.mjs'

const { admin } = kit.server().auth

test('a server makes somebody with an id of its own choice, confirmed, who can sign in', async () => {
  const [id, email] = [randomUUID(), kit.somebody()]
  const { data, error } = await admin.createUser({
    id,
    email: email.toUpperCase(),
    password: kit.PASSWORD,
    email_confirm: true,
    user_metadata: { first_name: 'Ada' },
    app_metadata: { plan: 'gold' },
  })
  assert.equal(error, null)
  assert.equal(data.user.id, id)
  assert.equal(data.user.email, email)
  assert.ok(data.user.email_confirmed_at)
  assert.equal(data.user.user_metadata.first_name, 'Ada')
  assert.deepEqual(data.user.app_metadata, { provider: 'email', providers: ['email'], plan: 'gold' })
  assert.equal(data.user.identities[0].identity_data.email_verified, true)
  const signedIn = await kit.frontEnd().auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(kit.claimsOf(signedIn.data.session.access_token).app_metadata.plan, 'gold')
})

test('somebody made without confirmation is mailed nothing and cannot sign in', async () => {
  const email = kit.somebody()
  const made = await admin.createUser({ email, password: kit.PASSWORD })
  assert.equal(made.data.user.email_confirmed_at, undefined)
  const { error } = await kit.frontEnd().auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(error.code, 'email_not_confirmed')
  const found = await (await fetch(`${kit.INBOX_URL}/api/messages?to=${email}`)).json()
  assert.equal(found.total, 0)
})

test('an address or an id that is taken is refused', async () => {
  const { data } = await admin.createUser({ email: kit.somebody() })
  const address = await admin.createUser({ email: data.user.email })
  assert.deepEqual([address.error.status, address.error.code], [422, 'email_exists'])
  const id = await admin.createUser({ id: data.user.id, email: kit.somebody() })
  assert.deepEqual([id.error.status, id.error.code], [422, 'user_already_exists'])
})

test('only the secret key and service_role may', async () => {
  const { session } = await kit.member()
  const keys = [kit.SUPABASE_PUBLISHABLE_KEY, process.env.SUPABASE_ANON_KEY]
  for (const key of keys) {
    const { error } = await kit.server(key).auth.admin.listUsers()
    assert.deepEqual([error.status, error.code], [403, 'not_admin'])
  }
  const legacy = await kit.server(process.env.SUPABASE_SERVICE_ROLE_KEY).auth.admin.listUsers()
  assert.equal(legacy.error, null)
  const answer = async (authorization) => {
    const headers = { apikey: kit.SUPABASE_PUBLISHABLE_KEY, authorization }
    const response = await fetch(`${kit.SUPABASE_URL}/auth/v1/admin/users`, { headers })
    return [response.status, (await response.json()).error_code]
  }
  assert.deepEqual(await answer(`Bearer ${session.access_token}`), [403, 'not_admin'])
  assert.deepEqual(await answer(`Bearer ${session.access_token}x`), [403, 'bad_jwt'])
  assert.deepEqual(await answer('Basic eDp5'), [401, 'no_authorization'])
})

test('a list comes in pages, the newest first, with the total', async () => {
  const made = []
  for (let n = 0; n < 3; n += 1) {
    made.unshift((await admin.createUser({ email: kit.somebody() })).data.user.id)
  }
  const first = await admin.listUsers({ page: 1, perPage: 2 })
  assert.equal(first.error, null)
  assert.deepEqual(first.data.users.map(({ id }) => id), made.slice(0, 2))
  assert.ok(first.data.total >= 3)
  assert.equal(first.data.nextPage, 2)
  const second = await admin.listUsers({ page: 2, perPage: 2 })
  assert.equal(second.data.users[0].id, made[2])
  assert.equal((await admin.listUsers({ page: -1 })).error.code, 'validation_failed')
})

test('a server reads and changes somebody: metadata merges, the password counts at once', async () => {
  const { data } = await admin.createUser({
    email: kit.somebody(),
    email_confirm: true,
    user_metadata: { a: 1, b: 2 },
  })
  const { id } = data.user
  const email = kit.somebody()
  const changed = await admin.updateUserById(id, {
    email,
    password: 'brand new one',
    user_metadata: { b: null, c: 3 },
    app_metadata: { plan: 'gold' },
  })
  assert.equal(changed.error, null)
  assert.deepEqual(changed.data.user.user_metadata, { a: 1, c: 3, email_verified: true })
  assert.equal(changed.data.user.app_metadata.provider, 'email')
  assert.equal(changed.data.user.identities[0].email, email)
  assert.deepEqual((await admin.getUserById(id)).data.user, changed.data.user)
  const again = await kit.frontEnd().auth.signInWithPassword({ email, password: 'brand new one' })
  assert.equal(again.error, null)
  const weak = await admin.updateUserById(id, { password: 'short' })
  assert.equal(weak.error.code, 'weak_password')
  const nobody = await admin.getUserById(randomUUID())
  assert.deepEqual([nobody.error.status, nobody.error.code], [404, 'user_not_found'])
})

test('somebody banned cannot sign in or refresh until the ban is lifted', async () => {
  const { user, email, client } = await kit.member()
  await admin.updateUserById(user.id, { ban_duration: '24h30m' })
  const refused = await kit.frontEnd().auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(refused.error.code, 'user_banned')
  assert.equal((await client.auth.refreshSession()).error.code, 'user_banned')
  await admin.updateUserById(user.id, { ban_duration: 'none' })
  const again = await kit.frontEnd().auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(again.error, null)
})

test('somebody deleted is gone: the token, the refresh token and the password are void', async () => {
  const { user, email, client, session } = await kit.member()
  assert.equal((await admin.deleteUser(user.id)).error, null)
  assert.equal((await admin.getUserById(user.id)).error.code, 'user_not_found')
  assert.ok((await kit.frontEnd().auth.getUser(session.access_token)).error)
  assert.equal((await client.auth.refreshSession()).error.code, 'refresh_token_not_found')
  const signIn = await kit.frontEnd().auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(signIn.error.code, 'invalid_credentials')
})

test('an invitation is a mail whose link brings a session, once', async () => {
  const email = kit.somebody()
  const options = { redirectTo: kit.HOME, data: { first_name: 'Zoé' } }
  const { data, error } = await admin.inviteUserByEmail(email, options)
  assert.equal(error, null)
  assert.ok(data.user.invited_at)
  const mail = await kit.mailTo(email)
  assert.equal(mail.subject, 'Vous êtes invité')
  const landed = await kit.open(mail)
  assert.equal(landed.page, kit.HOME)
  assert.equal(landed.hash.get('type'), 'invite')
  const { user } = (await kit.frontEnd().auth.getUser(landed.hash.get('access_token'))).data
  assert.equal(user.id, data.user.id)
  assert.equal(user.user_metadata.first_name, 'Zoé')
  assert.equal((await kit.open(mail)).hash.get('error_code'), 'otp_expired')
  assert.equal((await admin.inviteUserByEmail(email)).error.code, 'email_exists')
})

for (const type of ['signup', 'invite', 'magiclink', 'recovery']) {
  test(`a ${type} link is made without a mail, and works`, async () => {
    const known = type === 'recovery' || type === 'magiclink'
    const email = known ? (await kit.member()).email : kit.somebody()
    const options = { redirectTo: kit.HOME }
    const asked = { type, email, options, ...(type === 'signup' && { password: kit.PASSWORD }) }
    const { data, error } = await admin.generateLink(asked)
    assert.equal(error, null)
    assert.equal(data.properties.verification_type, type)
    assert.equal(data.properties.redirect_to, kit.HOME)
    assert.match(data.properties.email_otp, /^\d{6}$/)
    assert.equal(data.user.email, email)
    const landed = await kit.open({ links: [data.properties.action_link] })
    assert.equal(landed.page, kit.HOME)
    assert.equal(landed.hash.get('type'), type)
    assert.ok(landed.hash.get('access_token'))
    const found = await (await fetch(`${kit.INBOX_URL}/api/messages?to=${email}`)).json()
    assert.equal(found.total, known ? 1 : 0)
  })
}

test('a link for nobody: a magic link signs up, a recovery is refused', async () => {
  const email = kit.somebody()
  const recovery = await admin.generateLink({ type: 'recovery', email })
  assert.deepEqual([recovery.error.status, recovery.error.code], [404, 'user_not_found'])
  const { data } = await admin.generateLink({ type: 'magiclink', email })
  assert.equal(data.properties.verification_type, 'signup')
  const { hashed_token: token_hash } = data.properties
  const entered = await kit.frontEnd().auth.verifyOtp({ type: 'signup', token_hash })
  assert.equal(entered.data.user.email, email)
})
