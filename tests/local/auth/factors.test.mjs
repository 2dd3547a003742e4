import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeAt } from '../../../preau/local/auth/totp.mjs'
import * as kit from './kit.mjs'

const code = (secret) => codeAt(secret, Date.now())

/** Somebody with an authenticator app: the session is at aal2. */
async function withApp() {
  const person = await kit.member()
  const { mfa } = person.client.auth
  const { data, error } = await mfa.enroll({ factorType: 'totp', friendlyName: 'phone' })
  assert.equal(error, null)
  const raised = await mfa.challengeAndVerify({ factorId: data.id, code: code(data.totp.secret) })
  assert.equal(raised.error, null)
  return { ...person, factor: data, raised: raised.data }
}

test("codes are those of RFC 6238's own table", () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  assert.equal(codeAt(secret, 59_000), '287082')
  assert.equal(codeAt(secret, 1_111_111_109_000), '081804')
  assert.equal(codeAt(secret, 20_000_000_000_000), '353130')
})

test('a new factor has a secret, an address for apps and a picture, and counts for nothing', async () => {
  const { client, email } = await kit.member()
  const { data } = await client.auth.mfa.enroll({ factorType: 'totp', issuer: 'Préau' })
  assert.equal(data.type, 'totp')
  assert.match(data.totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg /)
  const address = new URL(data.totp.uri)
  assert.equal(address.searchParams.get('secret'), data.totp.secret)
  assert.equal(address.searchParams.get('issuer'), 'Préau')
  assert.ok(decodeURIComponent(address.pathname).endsWith(`:${email}`))
  const listed = await client.auth.mfa.listFactors()
  assert.deepEqual(listed.data.totp, [])
  assert.equal(listed.data.all[0].status, 'unverified')
  const level = await client.auth.mfa.getAuthenticatorAssuranceLevel()
  assert.deepEqual([level.data.currentLevel, level.data.nextLevel], ['aal1', 'aal1'])
})

test('two factors of one person cannot have one name, asked for at once either', async () => {
  const { client } = await kit.member()
  const enroll = () => client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' })
  const answers = await Promise.all([enroll(), enroll(), enroll()])
  const codes = answers.map(({ error }) => error?.code ?? 'made').sort()
  const conflict = 'mfa_factor_name_conflict'
  assert.deepEqual(codes, ['made', conflict, conflict])
})

test('a code raises the session to aal2, and refreshing keeps it there', async () => {
  const { client, raised, factor } = await withApp()
  const claims = kit.claimsOf(raised.access_token)
  assert.equal(claims.aal, 'aal2')
  assert.deepEqual(claims.amr.map(({ method }) => method), ['totp', 'password'])
  assert.equal(raised.user.factors[0].status, 'verified')
  const refreshed = await client.auth.refreshSession()
  assert.equal(kit.claimsOf(refreshed.data.session.access_token).aal, 'aal2')
  assert.deepEqual((await client.auth.mfa.listFactors()).data.totp.map(({ id }) => id), [factor.id])
})

test('who signs in again is at aal1 and told of aal2; other sessions ended with the raise', async () => {
  const { email, client: old } = await kit.member()
  const client = kit.frontEnd()
  await client.auth.signInWithPassword({ email, password: kit.PASSWORD })
  const { data } = await client.auth.mfa.enroll({ factorType: 'totp' })
  const { secret } = data.totp
  await client.auth.mfa.challengeAndVerify({ factorId: data.id, code: code(secret) })
  assert.ok((await old.auth.getUser()).error)
  const again = kit.frontEnd()
  await again.auth.signInWithPassword({ email, password: kit.PASSWORD })
  const level = await again.auth.mfa.getAuthenticatorAssuranceLevel()
  assert.deepEqual([level.data.currentLevel, level.data.nextLevel], ['aal1', 'aal2'])
  assert.equal((await again.auth.mfa.enroll({ factorType: 'totp' })).error.code, 'insufficient_aal')
  const refused = await again.auth.mfa.unenroll({ factorId: data.id })
  assert.deepEqual([refused.error.status, refused.error.code], [422, 'insufficient_aal'])
})

test('a wrong code, a used challenge and a factor of somebody else are refused', async () => {
  const { client, factor } = await withApp()
  const { mfa } = client.auth
  const asked = await mfa.challenge({ factorId: factor.id })
  assert.ok(asked.data.expires_at > Date.now() / 1000 + 200)
  const given = { factorId: factor.id, challengeId: asked.data.id }
  // A code of ten minutes ago.
  const stale = codeAt(factor.totp.secret, Date.now() - 600_000)
  assert.equal((await mfa.verify({ ...given, code: stale })).error.code, 'mfa_verification_failed')
  assert.equal((await mfa.verify({ ...given, code: code(factor.totp.secret) })).error, null)
  const twice = await mfa.verify({ ...given, code: code(factor.totp.secret) })
  assert.equal(twice.error.status, 422)
  const stranger = await kit.member()
  const theirs = await stranger.client.auth.mfa.challenge({ factorId: factor.id })
  assert.deepEqual([theirs.error.status, theirs.error.code], [404, 'mfa_factor_not_found'])
})

test('leaving the factor brings the session back to aal1', async () => {
  const { client, factor } = await withApp()
  const left = await client.auth.mfa.unenroll({ factorId: factor.id })
  assert.deepEqual(left.data, { id: factor.id })
  const refreshed = await client.auth.refreshSession()
  const claims = kit.claimsOf(refreshed.data.session.access_token)
  assert.equal(claims.aal, 'aal1')
  assert.deepEqual(claims.amr.map(({ method }) => method), ['password'])
  assert.deepEqual((await client.auth.mfa.listFactors()).data.all, [])
})

test('a server lists and removes the factors of somebody who lost the phone', async () => {
  const { user, factor } = await withApp()
  const { mfa } = kit.server().auth.admin
  const listed = await mfa.listFactors({ userId: user.id })
  assert.equal(listed.data.factors[0].id, factor.id)
  assert.equal(listed.data.factors[0].secret, undefined)
  assert.equal((await mfa.deleteFactor({ id: factor.id, userId: user.id })).error, null)
  assert.deepEqual((await mfa.listFactors({ userId: user.id })).data.factors, [])
})
