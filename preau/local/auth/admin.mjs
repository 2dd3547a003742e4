// /auth/v1/admin/users: people made, listed, changed and deleted by a server that holds the secret
// key. As GoTrue, except that a soft deletion is refused: Préau's own rows outlive an account.
import { randomUUID } from 'node:crypto'
import * as users from './users.mjs'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const NOBODY = '00000000-0000-0000-0000-000000000000'
const SPANS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const PER_PAGE = 50

/** GET /admin/users?page=&per_page=: the newest first, the count and the next page in headers. */
export async function listUsers(c, accounts) {
  const [page, size] = [c.req.query('page') || '1', c.req.query('per_page') || `${PER_PAGE}`]
  if (![page, size].every((number) => /^[1-9]\d{0,8}$/.test(number))) {
    const message = 'Bad Pagination Parameters: page and per_page are numbers from 1'
    throw await accounts.failure(400, 'validation_failed', message)
  }
  const { repo } = accounts
  const { total } = await repo
    .table('users')
    .select((eb) => eb.fn.countAll().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await repo
    .table('users')
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(Number(size))
    .offset((Number(page) - 1) * Number(size))
    .execute()
  const last = Math.max(1, Math.ceil(Number(total) / Number(size)))
  const link = (number, rel) =>
    `<${accounts.config.api_url}/admin/users?page=${number}&per_page=${size}>; rel="${rel}"`
  const links = [link(last, 'last')]
  if (Number(page) < last) links.unshift(link(Number(page) + 1, 'next'))
  const found = await Promise.all(rows.map(({ id }) => users.shown(accounts, id)))
  const headers = { 'X-Total-Count': `${total}`, Link: links.join(', ') }
  return c.json({ users: found, aud: 'authenticated' }, 200, headers)
}

/** GET, PUT, DELETE /admin/users/<id>. */
export async function oneUser(c, accounts, id) {
  if (!UUID.test(id)) {
    throw await accounts.failure(404, 'validation_failed', 'user_id must be an UUID')
  }
  const user = await accounts.repo.findUserById(id)
  if (!user) throw await accounts.failure(404, 'user_not_found', 'User not found')
  if (c.req.method === 'DELETE') return deleteUser(c, accounts, user)
  if (c.req.method === 'PUT') await changeUser(accounts, user)
  return c.json(await users.shown(accounts, id))
}

/** POST /admin/users: no mail leaves; without a password nobody can sign in with one. */
export async function createUser(c, accounts) {
  const body = accounts.request.body
  if (!body.email && body.phone) {
    throw await accounts.failure(422, 'phone_provider_disabled', 'Phone is not supported here')
  }
  if (!body.email) {
    const message = 'Cannot create a user without either an email or phone'
    throw await accounts.failure(400, 'validation_failed', message)
  }
  const email = await users.checkedAddress(accounts, body.email)
  const id = body.id ?? randomUUID()
  if (!UUID.test(id) || id === NOBODY) {
    throw await accounts.failure(400, 'validation_failed', 'ID must conform to the uuid v4 format')
  }
  if (await accounts.repo.findUserByEmail(email)) throw await users.taken(accounts)
  if (await accounts.repo.findUserById(id)) {
    throw await accounts.failure(422, 'user_already_exists', 'User already registered')
  }
  const banned_until = await endOfBan(accounts, body.ban_duration)
  const password_hash = await hashOf(accounts, body)
  await accounts.atomically(async () => {
    const { user_metadata: data, app_metadata: app } = body
    const user = await users.addUser(accounts, { id, email, password_hash, data, app })
    if (body.role || banned_until) {
      const role = body.role || user.role
      await accounts.repo.updateUser(id, { role, banned_until })
    }
    if (body.email_confirm) await users.confirm(accounts, await accounts.repo.findUserById(id))
    await accounts.createAuditLog(id, email, 'user_signedup', 'team', false)
  }, 'Database error creating new user')
  return c.json(await users.shown(accounts, id))
}

async function changeUser(accounts, user) {
  const body = accounts.request.body
  const old = accounts.repo.parseUserJson(user)
  const changes = {}
  if (body.email) {
    changes.email = await users.checkedAddress(accounts, body.email)
    const other = await accounts.repo.findUserByEmail(changes.email)
    if (other && other.id !== user.id) throw await users.taken(accounts)
  }
  if (body.password) accounts.assertPasswordStrong(body.password)
  const hash = await hashOf(accounts, body)
  if (hash) changes.encrypted_password = hash
  if (body.role) changes.role = body.role
  if (body.ban_duration) changes.banned_until = await endOfBan(accounts, body.ban_duration)
  if (body.user_metadata) {
    changes.raw_user_meta_data = users.merged(old.raw_user_meta_data, body.user_metadata)
  }
  if (body.app_metadata) {
    changes.raw_app_meta_data = users.merged(old.raw_app_meta_data, body.app_metadata)
  }
  await accounts.atomically(async () => {
    await accounts.repo.updateUser(user.id, changes)
    if (hash) await accounts.endSessions(user.id)
    if (changes.email) await users.changeIdentity(accounts, user.id, { email: changes.email })
    const fresh = await accounts.repo.findUserById(user.id)
    if (body.email_confirm) await users.confirm(accounts, fresh)
    await accounts.createAuditLog(user.id, fresh.email ?? '', 'user_modified', 'user', false)
  }, 'Error updating user')
}

async function deleteUser(c, accounts, user) {
  if (accounts.request.body.should_soft_delete) {
    const message = 'The local Auth deletes for good; should_soft_delete is not available'
    throw await accounts.failure(422, 'validation_failed', message)
  }
  await accounts.atomically(async () => {
    await accounts.createAuditLog(user.id, user.email ?? '', 'user_deleted', 'team', false)
    await accounts.repo.deleteRefreshTokensForUser(user.id)
    await accounts.repo.deleteFrom('flow_state').where('user_id', '=', user.id).execute()
    await accounts.repo.deleteFrom('users').where('id', '=', user.id).execute()
  }, 'Database error deleting user')
  return c.json({})
}

/** What to store of the password asked for; undefined when none was. */
async function hashOf(accounts, { password, password_hash: hash }) {
  if (password && hash) {
    const message = 'Only a password or a password hash should be provided'
    throw await accounts.failure(400, 'validation_failed', message)
  }
  if (hash && !/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) {
    throw await accounts.failure(400, 'validation_failed', 'The password hash is no bcrypt hash')
  }
  return password ? users.hashedPassword(accounts, password) : hash
}

/** When a ban that is written as Go writes durations ends; null for "none". */
async function endOfBan(accounts, text) {
  if (!text) return undefined
  if (text === 'none') return null
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.map(([part]) => part).join('') !== text) {
    const message = `invalid format for ban duration: time: invalid duration "${text}"`
    throw await accounts.failure(400, 'validation_failed', message)
  }
  const span = parts.reduce((sum, [, number, unit]) => sum + number * SPANS[unit], 0)
  const end = new Date(Date.now() + Math.min(span, 1e14))
  return end.toISOString()
}
