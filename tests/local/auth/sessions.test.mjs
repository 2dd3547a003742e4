import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import postgres from 'postgres'
import * as kit from './kit.mjs'

const sql = postgres(process.env.SUPABASE_DB_URL, { max: 1 })
after(() => sql.end())

/** Let a session have begun so long ago. */
const begun = ({ access_token }, ago) => sql`
  update auth.sessions set created_at = now() - ${ago}::interval
  where id = ${kit.claimsOf(access_token).session_id}`

test('a session lasts 24 hours, however often it is refreshed', async () => {
  const { client, session } = await kit.member()
  await begun(session, '23 hours 59 minutes')
  assert.equal((await client.auth.refreshSession()).error, null)
  await begun(session, '24 hours 1 second')
  const { error } = await client.auth.refreshSession()
  assert.deepEqual([error.status, error.code], [400, 'session_expired'])
  assert.equal(error.message, 'Invalid Refresh Token: Session Expired')
})

test('somebody signs in without saying who they are, and says it later', async () => {
  const client = kit.frontEnd()
  const { data, error } = await client.auth.signInAnonymously({ options: { data: { from: 'quiz' } } })
  assert.equal(error, null)
  assert.equal(data.user.is_anonymous, true)
  const claims = kit.claimsOf(data.session.access_token)
  assert.equal(claims.is_anonymous, true)
  assert.deepEqual(claims.amr.map(({ method }) => method), ['anonymous'])
  assert.equal((await client.auth.refreshSession()).error, null)

  const email = kit.somebody()
  assert.equal((await client.auth.updateUser({ email })).error, null)
  assert.equal((await client.auth.getUser()).data.user.is_anonymous, true)
  await kit.open(await kit.mailTo(email))
  const { data: known } = await client.auth.refreshSession()
  assert.equal(known.user.id, data.user.id)
  assert.equal(known.user.email, email)
  assert.equal(kit.claimsOf(known.session.access_token).is_anonymous, false)
  assert.equal((await client.auth.updateUser({ password: kit.PASSWORD })).error, null)
  const again = await kit.frontEnd().auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal(again.data.user.id, data.user.id)
})

test("a server's word on somebody is in their next token, their own word on themselves decides nothing", async () => {
  const { client, user } = await kit.member()
  await kit.server().auth.admin.updateUserById(user.id, { app_metadata: { plan: 'pilot' } })
  await client.auth.updateUser({ data: { role: 'admin', app_metadata: { plan: 'gold' } } })
  const { data } = await client.auth.refreshSession()
  const claims = kit.claimsOf(data.session.access_token)
  assert.equal(claims.app_metadata.plan, 'pilot')
  assert.equal(claims.role, 'authenticated')
})
