// Run by test_limits.py against an Auth with the project's own limits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kit from './kit.mjs'

test('supabase-js is told that a second mail comes too soon', async () => {
  const [client, email] = [kit.frontEnd(), kit.somebody()]
  assert.equal((await client.auth.signUp({ email, password: kit.PASSWORD })).error, null)
  const { error } = await client.auth.resend({ type: 'signup', email })
  assert.deepEqual([error.status, error.code], [429, 'over_email_send_rate_limit'])
})

test('supabase-js is told that an address asks too often', async () => {
  const { auth } = kit.frontEnd()
  const ask = () => auth.signInWithPassword({ email: kit.somebody(), password: 'wrong wrong' })
  for (let n = 0; n < 30; n += 1) assert.equal((await ask()).error.code, 'invalid_credentials')
  const { error } = await ask()
  assert.deepEqual([error.status, error.code], [429, 'over_request_rate_limit'])
})
