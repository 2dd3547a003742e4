import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kit from './kit.mjs'

test('a password that is wrong, and one for nobody, are refused alike', async () => {
  const { email, client } = await kit.member()
  const wrong = await client.auth.signInWithPassword({ email, password: 'wrong wrong' })
  const nobody = await client.auth.signInWithPassword({
    email: kit.somebody(),
    password: 'wrong wrong',
  })
  for (const { error } of [wrong, nobody]) {
    assert.equal(error.code, 'invalid_credentials')
    assert.equal(error.status, 400)
  }
})

test('only who knows the password learns that an account is unconfirmed', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd()
  await client.auth.signUp({ email, password: kit.PASSWORD })
  const guess = await client.auth.signInWithPassword({ email, password: 'wrong wrong' })
  assert.equal(guess.error.code, 'invalid_credentials')
  const owner = await client.auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(owner.error.code, 'email_not_confirmed')
})

test("the access token carries hosted's claims", async () => {
  const { session, user, email } = await kit.member()
  const claims = kit.claimsOf(session.access_token)
  assert.equal(claims.iss, `${kit.SUPABASE_URL}/auth/v1`)
  assert.equal(claims.sub, user.id)
  assert.equal(claims.aud, 'authenticated')
  assert.equal(claims.role, 'authenticated')
  assert.equal(claims.email, email)
  assert.equal(claims.aal, 'aal1')
  assert.equal(claims.is_anonymous, false)
  assert.equal(claims.exp - claims.iat, 3600)
  assert.deepEqual(claims.app_metadata, user.app_metadata)
  assert.deepEqual(claims.user_metadata, user.user_metadata)
  assert.equal(claims.amr[0].method, 'password')
  assert.ok(Math.abs(claims.amr[0].timestamp - claims.iat) < 10)
})

test('a session refreshes, keeps how it began, and its old refresh token is void', async () => {
  const { client, session } = await kit.member()
  const refreshed = await client.auth.refreshSession()
  assert.equal(refreshed.error, null)
  const claims = kit.claimsOf(refreshed.data.session.access_token)
  assert.equal(claims.session_id, kit.claimsOf(session.access_token).session_id)
  assert.equal(claims.amr[0].method, 'password')
  assert.equal((await client.auth.getUser()).error, null)
})

test('signing out ends the session on the server', async () => {
  const { client, session } = await kit.member()
  assert.equal((await client.auth.signOut()).error, null)
  const later = await kit.frontEnd().auth.getUser(session.access_token)
  assert.equal(later.error.name, 'AuthSessionMissingError')
})

test('getUser refuses a token that somebody else signed', async () => {
  const { session } = await kit.member()
  const forged = session.access_token.slice(0, -4) + 'AAAA'
  const { error } = await kit.frontEnd().auth.getUser(forged)
  assert.equal(error.code, 'bad_jwt')
})

test('a forgotten password is replaced through the mail', async () => {
  const { email } = await kit.member()
  const client = kit.frontEnd()
  const asked = await client.auth.resetPasswordForEmail(email, { redirectTo: kit.HOME })
  assert.equal(asked.error, null)
  const mail = await kit.mailTo(email, 2)
  assert.equal(mail.subject, 'Choisissez un nouveau mot de passe')
  const landed = await kit.open(mail)
  assert.equal(landed.page, kit.HOME)
  assert.equal(landed.hash.get('type'), 'recovery')
  await client.auth.setSession({
    access_token: landed.hash.get('access_token'),
    refresh_token: landed.hash.get('refresh_token'),
  })
  assert.equal((await client.auth.updateUser({ password: 'brand new one' })).error, null)
  const again = await client.auth.signInWithPassword({ email, password: 'brand new one' })
  assert.equal(again.error, null)
})

test('asking for a reset of an unknown address says nothing', async () => {
  const { error } = await kit.frontEnd().auth.resetPasswordForEmail(kit.somebody())
  assert.equal(error, null)
})

test('a sign-in link goes to somebody known', async () => {
  const { email } = await kit.member()
  const client = kit.frontEnd()
  const asked = await client.auth.signInWithOtp({ email, options: { emailRedirectTo: kit.HOME } })
  assert.equal(asked.error, null)
  const mail = await kit.mailTo(email, 2)
  assert.equal(mail.subject, 'Votre lien de connexion')
  const token = kit.codeIn(mail)
  const { data, error } = await client.auth.verifyOtp({ email, token, type: 'email' })
  assert.equal(error, null)
  assert.equal(kit.claimsOf(data.session.access_token).amr[0].method, 'otp')
})

test('a code for somebody new makes an account that is confirmed only by the code', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd()
  const options = { data: { first_name: 'Ada' } }
  assert.equal((await client.auth.signInWithOtp({ email, options })).error, null)
  const mail = await kit.mailTo(email)
  assert.equal(mail.subject, 'Confirmez votre adresse e-mail')
  const token = kit.codeIn(mail)
  const { data, error } = await client.auth.verifyOtp({ email, token, type: 'email' })
  assert.equal(error, null)
  assert.equal(data.user.user_metadata.first_name, 'Ada')
})

test('a code for somebody unknown is refused where no account shall be made', async () => {
  const options = { shouldCreateUser: false }
  const { error } = await kit.frontEnd().auth.signInWithOtp({ email: kit.somebody(), options })
  assert.equal(error.code, 'otp_disabled')
})

test('a new address counts once both mailboxes agreed', async () => {
  const { email, client } = await kit.member()
  const next = kit.somebody()
  const asked = await client.auth.updateUser({ email: next }, { emailRedirectTo: kit.HOME })
  assert.equal(asked.error, null)
  assert.equal(asked.data.user.email, email)
  assert.equal(asked.data.user.new_email, next)

  const halfway = await kit.open(await kit.mailTo(next))
  assert.match(halfway.hash.get('message'), /proceed to confirm link sent to the other email/)
  assert.equal((await client.auth.getUser()).data.user.email, email)

  const landed = await kit.open(await kit.mailTo(email, 2))
  assert.equal(landed.page, kit.HOME)
  assert.equal(landed.hash.get('type'), 'email_change')
  const { user } = (await client.auth.getUser(landed.hash.get('access_token'))).data
  assert.equal(user.email, next)
  assert.equal(user.new_email, undefined)
})

test("somebody else's address cannot be taken", async () => {
  const { client } = await kit.member()
  const other = await kit.member()
  const { error } = await client.auth.updateUser({ email: other.email })
  assert.equal(error.code, 'email_exists')
})
