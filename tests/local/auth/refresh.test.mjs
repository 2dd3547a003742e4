import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import postgres from 'postgres'
import * as kit from './kit.mjs'

const sql = postgres(process.env.SUPABASE_DB_URL, { max: 1 })
after(() => sql.end())

/** Exchange one refresh token, as a tab of its own would. */
async function refresh(refresh_token) {
  const { data, error } = await kit.frontEnd().auth.refreshSession({ refresh_token })
  return { token: data.session?.refresh_token, access: data.session?.access_token, error }
}

/** Let a refresh token have been used so many seconds ago. */
const age = (token, seconds) => sql`
  update auth.refresh_tokens set updated_at = now() - make_interval(secs => ${seconds})
  where token = ${token}`

test('20 refreshes at once with one token are one rotation, and all of them hold', async () => {
  const { session } = await kit.member()
  const tokens = Array(20).fill(session.refresh_token)
  const answers = await Promise.all(tokens.map(refresh))
  assert.deepEqual(answers.map(({ error }) => error), Array(20).fill(null))
  assert.equal(new Set(answers.map(({ token }) => token)).size, 1)
  assert.notEqual(answers[0].token, session.refresh_token)
  const { session_id: id } = kit.claimsOf(session.access_token)
  const rows = await sql`select revoked from auth.refresh_tokens where session_id = ${id}`
  assert.deepEqual(rows.map(({ revoked }) => revoked).sort(), [false, true])
  for (const { access } of answers) {
    assert.equal((await kit.frontEnd().auth.getUser(access)).error, null)
  }
})

test('the token before the current one gives the current one, however late', async () => {
  const { session } = await kit.member()
  const next = await refresh(session.refresh_token)
  await age(session.refresh_token, 3600)
  assert.equal((await refresh(session.refresh_token)).token, next.token)
})

test('an older token is taken for 10 seconds, then it ends the family', async () => {
  const { session } = await kit.member()
  const second = await refresh(session.refresh_token)
  const third = await refresh(second.token)
  assert.equal((await refresh(session.refresh_token)).token, third.token)
  await age(session.refresh_token, 11)
  const late = await refresh(session.refresh_token)
  assert.deepEqual([late.error.status, late.error.code], [400, 'refresh_token_already_used'])
  assert.equal((await refresh(third.token)).error.code, 'refresh_token_already_used')
})

test("another session of the same person outlives a family's end", async () => {
  const { session, email } = await kit.member()
  const other = kit.frontEnd()
  await other.auth.signInWithPassword({ email, password: kit.PASSWORD })
  const second = await refresh(session.refresh_token)
  await refresh(second.token)
  await age(session.refresh_token, 11)
  assert.ok((await refresh(session.refresh_token)).error)
  assert.equal((await other.auth.refreshSession()).error, null)
})

test('a token nobody ever had is not found', async () => {
  const { error } = await refresh('00000000-0000-4000-8000-000000000000')
  assert.deepEqual([error.status, error.code], [400, 'refresh_token_not_found'])
})

for (const [scope, mine, theirs] of [
  ['global', false, false],
  ['local', false, true],
  ['others', true, false],
]) {
  test(`signing out with scope ${scope} ends the sessions it names`, async () => {
    const { client, email, session } = await kit.member()
    const other = kit.frontEnd()
    const elsewhere = await other.auth.signInWithPassword({ email, password: kit.PASSWORD })
    assert.equal((await client.auth.signOut({ scope })).error, null)
    const holds = async ({ access_token, refresh_token }) => {
      const read = await kit.frontEnd().auth.getUser(access_token)
      return [!read.error, !(await refresh(refresh_token)).error]
    }
    assert.deepEqual(await holds(session), [mine, mine])
    assert.deepEqual(await holds(elsewhere.data.session), [theirs, theirs])
  })
}

test('a new password ends the other sessions, and keeps the one it was set in', async () => {
  const { client, email } = await kit.member()
  const other = kit.frontEnd()
  await other.auth.signInWithPassword({ email, password: kit.PASSWORD })
  assert.equal((await client.auth.updateUser({ password: 'brand new one' })).error, null)
  assert.ok((await other.auth.getUser()).error)
  assert.ok((await other.auth.refreshSession()).error)
  assert.equal((await client.auth.refreshSession()).error, null)
})

test('a password set by a server ends every session; so does its signing somebody out', async () => {
  const { admin } = kit.server().auth
  const { client, user } = await kit.member()
  await admin.updateUserById(user.id, { password: 'brand new one' })
  assert.ok((await client.auth.getUser()).error)
  const second = await kit.member()
  assert.equal((await admin.signOut(second.session.access_token, 'global')).error, null)
  assert.ok((await second.client.auth.refreshSession()).error)
})
