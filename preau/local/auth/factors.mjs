// Second factors (TOTP): /auth/v1/factors for their owner, /admin/users/<id>/factors for a server.
import { randomUUID } from 'node:crypto'
import { drawn, fits } from './qr.mjs'
import { keyAddress, newSecret } from './totp.mjs'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The rows of a person's factors, the oldest first. */
export function factorsOf(repo, userId) {
  const rows = repo.table('mfa_factors').selectAll().where('user_id', '=', userId)
  return rows.orderBy('created_at').execute()
}

/** A factor without its secret. */
export function shownFactor({ id, friendly_name, factor_type, status, created_at, updated_at }) {
  return { id, created_at, updated_at, status, friendly_name: friendly_name ?? '', factor_type }
}

const nameTaken = (accounts, name) => {
  const message = `A factor with the friendly name "${name}" for this user already exists`
  return accounts.failure(422, 'mfa_factor_name_conflict', message)
}

/** POST /factors: a new TOTP factor, of no effect until a first code proves that an app has it. */
export async function enroll(c, accounts, { user, session }) {
  const { factor_type: type, friendly_name = '', issuer } = accounts.request.body
  if (type === 'phone' || type === 'webauthn') {
    const message = `MFA enroll is disabled for ${type === 'phone' ? 'Phone' : 'WebAuthn'}`
    throw await accounts.failure(422, `mfa_${type}_enroll_not_enabled`, message)
  }
  if (type !== 'totp') {
    const message = 'factor_type needs to be totp, phone, or webauthn'
    throw await accounts.failure(400, 'validation_failed', message)
  }
  const { totp, max_enrolled_factors: most } = accounts.config.mfa
  if (!totp.enroll_enabled) {
    const message = 'MFA enroll is disabled for TOTP'
    throw await accounts.failure(422, 'mfa_totp_enroll_not_enabled', message)
  }
  const others = await factorsOf(accounts.repo, user.id)
  if (friendly_name && others.some((other) => other.friendly_name === friendly_name)) {
    throw await nameTaken(accounts, friendly_name)
  }
  if (others.length >= most) {
    const message = 'Maximum number of verified factors reached, unenroll to continue'
    throw await accounts.failure(422, 'too_many_enrolled_mfa_factors', message)
  }
  if (others.some(({ status }) => status === 'verified') && session.aal !== 'aal2') {
    const message = 'AAL2 required to enroll a new factor'
    throw await accounts.failure(403, 'insufficient_aal', message)
  }
  const id = randomUUID()
  const secret = newSecret()
  const uri = keyAddress(issuer || new URL(accounts.config.site_url).host, user.email, secret)
  if (!fits(uri)) throw await accounts.failure(400, 'validation_failed', 'The issuer is too long')
  const now = new Date().toISOString()
  const row = { id, user_id: user.id, friendly_name, factor_type: type, status: 'unverified', secret }
  const times = { created_at: now, updated_at: now }
  const made = { ...row, ...times }
  await accounts
    .atomically(() => accounts.repo.insertInto('mfa_factors').values(made).execute())
    .catch(async (error) => {
      // Two at once with one name: the index lets one pass.
      throw error.status === 422 ? await nameTaken(accounts, friendly_name) : error
    })
  return c.json({ id, type, friendly_name, totp: { qr_code: drawn(uri), secret, uri } })
}

/** DELETE /factors/<id>: sessions that it raised fall back to level one. */
export async function unenroll(c, accounts, { user, session }, factorId) {
  const factor = await ownFactor(accounts, user, factorId)
  if (factor.status === 'verified' && session.aal !== 'aal2') {
    const message = 'AAL2 required to unenroll verified factor'
    throw await accounts.failure(422, 'insufficient_aal', message)
  }
  await remove(accounts, factor)
  return c.json({ id: factor.id })
}

/** GET /admin/users/<id>/factors, DELETE /admin/users/<id>/factors/<factor>. */
export async function administer(c, accounts, userId, [factorId, ...rest]) {
  const user = UUID.test(userId) && (await accounts.repo.findUserById(userId))
  if (!user) throw await accounts.failure(404, 'user_not_found', 'User not found')
  if (!factorId && c.req.method === 'GET') {
    return c.json((await factorsOf(accounts.repo, userId)).map(shownFactor))
  }
  if (!factorId || rest.length || c.req.method !== 'DELETE') return c.text('404 page not found', 404)
  const factor = await ownFactor(accounts, user, factorId)
  await remove(accounts, factor)
  return c.json(shownFactor(factor))
}

async function remove(accounts, factor) {
  await accounts.atomically(async () => {
    const { repo } = accounts
    const raised = repo.table('sessions').select('id').where('factor_id', '=', factor.id)
    const claims = repo.deleteFrom('mfa_amr_claims').where('session_id', 'in', raised)
    await claims.where('authentication_method', '=', 'totp').execute()
    await repo
      .update('sessions')
      .set({ aal: 'aal1', factor_id: null })
      .where('factor_id', '=', factor.id)
      .execute()
    await repo.deleteFrom('mfa_factors').where('id', '=', factor.id).execute()
  }, 'Database error deleting factor')
}

/** One person's factor; 404 for anybody else's. */
export async function ownFactor(accounts, user, id) {
  if (!UUID.test(id)) {
    throw await accounts.failure(404, 'validation_failed', 'factor_id must be an UUID')
  }
  const found = (await factorsOf(accounts.repo, user.id)).find((factor) => factor.id === id)
  if (!found) throw await accounts.failure(404, 'mfa_factor_not_found', 'Factor not found')
  return found
}
