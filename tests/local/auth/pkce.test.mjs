// The flow of front ends that render on a server: a mailed link brings a code, not a session.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kit from './kit.mjs'

const flowType = 'pkce'

test('the link of a sign-up brings a code that this front end alone can exchange', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd({ flowType })
  await client.auth.signUp({
    email,
    password: kit.PASSWORD,
    options: { emailRedirectTo: kit.HOME },
  })
  const landed = await kit.open(await kit.mailTo(email))
  assert.equal(landed.page, kit.HOME)
  assert.equal(landed.hash.get('access_token'), null)

  const code = landed.query.get('code')
  const thief = kit.frontEnd({ flowType })
  assert.ok((await thief.auth.exchangeCodeForSession(code)).error)
  const { data, error } = await client.auth.exchangeCodeForSession(code)
  assert.equal(error, null)
  assert.equal(data.user.email, email)
  assert.ok(data.user.email_confirmed_at)
  assert.ok((await client.auth.exchangeCodeForSession(code)).error, 'a code works once')
})

test('a used link says so where such a front end looks', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd({ flowType })
  await client.auth.signUp({ email, password: kit.PASSWORD })
  const mail = await kit.mailTo(email)
  await kit.open(mail)
  const again = await kit.open(mail)
  assert.equal(again.query.get('error_code'), 'otp_expired')
})

test('the six digits work in this flow too', async () => {
  const email = kit.somebody()
  const client = kit.frontEnd({ flowType })
  await client.auth.signUp({ email, password: kit.PASSWORD })
  const token = kit.codeIn(await kit.mailTo(email))
  const { data, error } = await client.auth.verifyOtp({ email, token, type: 'signup' })
  assert.equal(error, null)
  assert.ok(data.session)
})

test('a password reset brings a code', async () => {
  const { email } = await kit.member()
  const client = kit.frontEnd({ flowType })
  await client.auth.resetPasswordForEmail(email, { redirectTo: kit.HOME })
  const landed = await kit.open(await kit.mailTo(email, 2))
  const { data, error } = await client.auth.exchangeCodeForSession(landed.query.get('code'))
  assert.equal(error, null)
  assert.equal(data.user.email, email)
  assert.equal((await client.auth.updateUser({ password: 'brand new one' })).error, null)
})

test('a change of address brings a code after the second click', async () => {
  const { email, client } = await kit.member({ flowType })
  const next = kit.somebody()
  await client.auth.updateUser({ email: next }, { emailRedirectTo: kit.HOME })
  const first = await kit.open(await kit.mailTo(email, 2))
  assert.equal(first.query.get('code'), null)
  const second = await kit.open(await kit.mailTo(next))
  assert.ok(second.query.get('code'))
  assert.equal((await client.auth.getUser()).data.user.email, next)
})
