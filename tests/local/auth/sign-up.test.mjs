import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kit from './kit.mjs'

test('signing up gives a user without a session, and a French mail', async () => {
  const email = kit.somebody()
  const { data, error } = await kit.frontEnd().auth.signUp({
    email: email.toUpperCase(),
    password: kit.PASSWORD,
    options: { data: { first_name: 'Zoé <b>' }, emailRedirectTo: kit.HOME },
  })
  assert.equal(error, null)
  assert.equal(data.session, null)
  assert.equal(data.user.email, email)
  assert.equal(data.user.identities[0].provider, 'email')
  assert.equal(data.user.user_metadata.first_name, 'Zoé <b>')
  assert.match(data.user.created_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

  const mail = await kit.mailTo(email)
  assert.equal(mail.subject, 'Confirmez votre adresse e-mail')
  assert.ok(mail.text.includes(kit.linkIn(mail)), 'the text part shows the link')
  assert.ok(kit.linkIn(mail).startsWith(`${kit.SUPABASE_URL}/auth/v1/verify?`))
})

test('opening the link leads back to the front end, signed in, once', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd()
  const emailRedirectTo = kit.HOME
  await client.auth.signUp({ email, password: kit.PASSWORD, options: { emailRedirectTo } })
  const mail = await kit.mailTo(email)

  const scanner = await fetch(kit.linkIn(mail), { method: 'HEAD', redirect: 'manual' })
  assert.equal(scanner.status, 405)

  const first = await kit.open(mail)
  assert.equal(first.status, 303)
  assert.equal(first.page, kit.HOME)
  assert.equal(first.hash.get('type'), 'signup')
  const session = await client.auth.setSession({
    access_token: first.hash.get('access_token'),
    refresh_token: first.hash.get('refresh_token'),
  })
  assert.equal(session.error, null)
  assert.ok(session.data.user.email_confirmed_at)

  const second = await kit.open(mail)
  assert.equal(second.hash.get('error_code'), 'otp_expired')
  assert.equal(second.hash.get('access_token'), null)
})

test('a redirect address outside the allow-list gives the site instead', async () => {
  const email = kit.somebody()
  const emailRedirectTo = 'https://evil.example/steal'
  await kit
    .frontEnd()
    .auth.signUp({ email, password: kit.PASSWORD, options: { emailRedirectTo } })
  const mail = await kit.mailTo(email)
  assert.equal((await kit.open(mail)).page, 'http://127.0.0.1:3000/')
  const forged = new URL(kit.linkIn(mail))
  forged.searchParams.set('redirect_to', emailRedirectTo)
  const response = await fetch(forged, { redirect: 'manual' })
  assert.match(response.headers.get('location'), /^http:\/\/127\.0\.0\.1:3000#/)
})

test('the code from the mail confirms as well, as type email', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd()
  await client.auth.signUp({ email, password: kit.PASSWORD })
  const token = kit.codeIn(await kit.mailTo(email))
  const wrong = await client.auth.verifyOtp({ email, token: 'nope00', type: 'email' })
  assert.equal(wrong.error.code, 'otp_expired')
  const { data, error } = await client.auth.verifyOtp({ email, token, type: 'email' })
  assert.equal(error, null)
  assert.equal(data.user.email, email)
})

test('signing up again before confirming sends the mail again and changes no password', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd()
  const first = await client.auth.signUp({ email, password: kit.PASSWORD })
  const atOnce = await client.auth.signUp({ email, password: 'another one' })
  assert.equal(atOnce.error.code, 'over_email_send_rate_limit')
  await kit.pause()
  const again = await client.auth.signUp({ email, password: 'another one' })
  assert.equal(again.error, null)
  assert.equal(again.data.user.id, first.data.user.id)
  await kit.open(await kit.mailTo(email, 2))
  const other = await client.auth.signInWithPassword({ email, password: 'another one' })
  assert.equal(other.error.code, 'invalid_credentials')
  const mine = await client.auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(mine.error, null)
})

test('signing up with a confirmed address looks like any sign-up and does nothing', async () => {
  const { email, user } = await kit.member()
  const { data, error } = await kit.frontEnd().auth.signUp({ email, password: 'another one' })
  assert.equal(error, null)
  assert.equal(data.session, null)
  assert.deepEqual(data.user.identities, [])
  assert.notEqual(data.user.id, user.id)
  const found = await (await fetch(`${kit.INBOX_URL}/api/messages?to=${email}`)).json()
  assert.equal(found.total, 1)
})

test('resending sends a new link and voids the old one', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd()
  await client.auth.signUp({ email, password: kit.PASSWORD })
  const old = await kit.mailTo(email)
  await kit.pause()
  const { error } = await client.auth.resend({ type: 'signup', email })
  assert.equal(error, null)
  const fresh = await kit.mailTo(email, 2)
  assert.equal((await kit.open(old)).hash.get('error_code'), 'otp_expired')
  assert.ok((await kit.open(fresh)).hash.get('access_token'))
})

test('a short password is refused with its reason', async () => {
  const { error } = await kit
    .frontEnd()
    .auth.signUp({ email: kit.somebody(), password: 'short' })
  assert.equal(error.code, 'weak_password')
  assert.equal(error.status, 422)
  assert.deepEqual(error.reasons, ['length'])
})

test('metadata at sign-up cannot make an address look verified, nor choose a role', async () => {
  const email = kit.somebody()
  const data = { email_verified: true, sub: 'x', role: 'service_role', app_metadata: { a: 1 } }
  const { data: signedUp } = await kit
    .frontEnd()
    .auth.signUp({ email, password: kit.PASSWORD, options: { data } })
  assert.equal(signedUp.user.user_metadata.email_verified, false)
  assert.equal(signedUp.user.user_metadata.sub, signedUp.user.id)
  assert.equal(signedUp.user.role, 'authenticated')
  assert.deepEqual(signedUp.user.app_metadata, { provider: 'email', providers: ['email'] })
})

test('ten sign-ups at once with one address make one account and no fault', async () => {
  const email = kit.somebody()
  const sign = () => kit.frontEnd().auth.signUp({ email, password: kit.PASSWORD })
  const answers = await Promise.all(Array.from({ length: 10 }, sign))
  const failed = answers.filter(({ error }) => error)
  assert.ok(failed.every(({ error }) => error.status < 500), JSON.stringify(failed))
  assert.ok(failed.length < 10)
  const { data } = await kit.server().auth.admin.listUsers({ perPage: 1000 })
  assert.equal(data.users.filter((user) => user.email === email).length, 1)
})
