// A person's life in supabase-js: invited, joined, given a role, in a second academy, removed while the
// old token lives, hidden from a directory, left, erased.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frontEnd, INBOX_URL, member, PASSWORD, server } from '../local/auth/kit.mjs'

const { ADMIN_LINK, ADMIN_EMAIL } = process.env
const PRIVATE = ['orders', 'enrollments', 'entitlements', 'payments', 'audit_log']

/** Call a function; its answer, or its refusal thrown. */
async function rpc({ client }, name, args) {
  const { data, error } = await client.rpc(name, args)
  if (error) throw error
  return data
}

const refusal = (person, name, args) =>
  rpc(person, name, args).then(
    () => 'ok',
    (error) => error.details,
  )

async function count({ client }, table, academy) {
  const { data, error } = await client.from(table).select('*').eq('academy_id', academy)
  if (error) throw error
  return data.length
}

/** The token in the invitation among somebody's mails, once it is there. */
async function mailedToken(address) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const found = await (await fetch(`${INBOX_URL}/api/messages?to=${address}`)).json()
    for (const { id } of found.messages) {
      const { text } = await (await fetch(`${INBOX_URL}/api/messages/${id}`)).json()
      const link = /invitation#token=(\w{64})/.exec(text)
      if (link) return link[1]
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no invitation for ${address}`)
}

test("a person's life", async () => {
  const { admin } = server().auth
  const who = { email: ADMIN_EMAIL, password: PASSWORD }
  assert.equal((await admin.createUser({ ...who, email_confirm: true })).error, null)
  const adele = { client: frontEnd() }
  assert.equal((await adele.client.auth.signInWithPassword(who)).error, null)
  const token = new URLSearchParams(new URL(ADMIN_LINK).hash.slice(1)).get('token')
  const home = await rpc(adele, 'accept_invitation', { token })
  const meca = home.academy_id

  const colette = await member()
  const away = (await rpc(colette, 'join_academy', { slug: 'aurora50' })).academy_id
  await rpc(adele, 'invite', { academy_id: meca, email: colette.email, role: 'coach' })
  const invited = await mailedToken(colette.email)
  assert.equal(await refusal(adele, 'accept_invitation', { token: invited }), 'invitation_for_another')
  assert.equal((await rpc(colette, 'accept_invitation', { token: invited })).status, 'active')
  assert.equal(await refusal(colette, 'accept_invitation', { token: invited }), 'invitation_used')

  const given = { academy_id: meca, member_id: colette.user.id }
  await rpc(adele, 'grant_role', { ...given, role: 'assistant' })
  assert.ok((await count(colette, 'members', meca)) > 1)
  assert.equal(await refusal(colette, 'grant_role', { ...given, role: 'admin' }), 'admin_required')

  await rpc(adele, 'remove_member', given)
  for (const table of PRIVATE) assert.equal(await count(colette, table, meca), 0, table)
  assert.equal(await count(colette, 'members', meca), 1)
  assert.equal(await count(colette, 'member_roles', meca), 0)
  assert.equal(await count(colette, 'member_roles', away), 1)

  const neighbour = await member()
  await rpc(neighbour, 'join_academy', { slug: 'aurora50' })
  const seen = async () => {
    const { data } = await neighbour.client.from('profiles').select('id').eq('id', colette.user.id)
    return data.length
  }
  assert.equal(await seen(), 1, "Aurora50's directory shows its members")
  await rpc(colette, 'hide_from_directory', { academy_id: away })
  assert.equal(await seen(), 0)
  await rpc(colette, 'hide_from_directory', { academy_id: away, hidden: false })
  assert.equal(await seen(), 1)

  assert.equal((await rpc(colette, 'leave_academy', { academy_id: away })).status, 'left')
  assert.equal(await seen(), 0)
  assert.equal(await count(colette, 'member_roles', away), 0)

  assert.equal((await admin.deleteUser(colette.user.id)).error, null)
  const { data: face } = await server().from('profiles').select('full_name').eq('id', colette.user.id)
  assert.deepEqual(face, [{ full_name: null }])
  const { data: kept } = await server().from('profile_details').select('*').eq('user_id', colette.user.id)
  assert.deepEqual(kept, [])
})
