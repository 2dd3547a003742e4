// Invitations, and links that a server mails itself: POST /invite and POST /admin/generate_link.
import { hashOf, oneTimeCode, unknownPassword } from './tokens.mjs'
import * as users from './users.mjs'

const KINDS = new Set(['signup', 'invite', 'magiclink', 'recovery'])

/** POST /invite: a mail by the invite template to somebody new, or not confirmed yet. */
export async function invite(c, accounts) {
  const { data, ...body } = accounts.request.body
  const email = await users.checkedAddress(accounts, body.email)
  const known = await accounts.repo.findUserByEmail(email)
  if (known?.email_confirmed_at) throw await users.taken(accounts)
  const id = await accounts.atomically(async () => {
    const user = known ?? (await users.addUser(accounts, { email, data }))
    const { code, hash } = await newCode(accounts, user, 'invite')
    await accounts.createAuditLog(user.id, email, 'user_invited', 'team', false)
    await accounts.mailer.sendInvite(email, hash, code, { userId: user.id })
    return user.id
  })
  return c.json(await users.shown(accounts, id))
}

/** POST /admin/generate_link: the link and the code, and no mail. */
export async function generateLink(c, accounts) {
  const { type: asked, password, data, redirect_to: page, ...body } = accounts.request.body
  const email = await users.checkedAddress(accounts, body.email)
  if (!KINDS.has(asked)) {
    const message = `Invalid email action link type requested: ${asked ?? ''}`
    throw await accounts.failure(400, 'validation_failed', message)
  }
  const known = await accounts.repo.findUserByEmail(email)
  if (!known && asked === 'recovery') {
    const message = 'User with this email not found'
    throw await accounts.failure(404, 'user_not_found', message)
  }
  // Somebody unknown signs up by the link, with a password nobody knows.
  const type = !known && asked === 'magiclink' ? 'signup' : asked
  const password_hash = known ? undefined : await firstPassword(accounts, asked, password)
  const confirms = type === 'signup' || type === 'invite'
  if (confirms && known?.email_confirmed_at) throw await users.taken(accounts)
  const redirect_to = page ? accounts.resolveEmailRedirect(page) : accounts.request.redirectTo
  const made = await accounts.atomically(async () => {
    const user = known ?? (await users.addUser(accounts, { email, data, password_hash }))
    if (known && data && type === 'signup') {
      const { raw_user_meta_data: old } = accounts.repo.parseUserJson(known)
      const raw_user_meta_data = users.merged(old, data)
      await accounts.repo.updateUser(user.id, { raw_user_meta_data })
    }
    return { id: user.id, ...(await newCode(accounts, user, type)) }
  })
  const link = new URL(`${accounts.config.api_url}/auth/v1/verify`)
  link.search = new URLSearchParams({ token: made.hash, type, redirect_to })
  return c.json({
    ...(await users.shown(accounts, made.id)),
    action_link: link.toString(),
    email_otp: made.code,
    hashed_token: made.hash,
    redirect_to,
    verification_type: type,
  })
}

async function firstPassword(accounts, type, password) {
  if (type === 'invite') return undefined
  if (type === 'magiclink') return users.hashedPassword(accounts, unknownPassword())
  if (!password) {
    throw await accounts.failure(400, 'validation_failed', 'Signup requires a valid password')
  }
  accounts.assertPasswordStrong(password)
  return users.hashedPassword(accounts, password)
}

/** A one-time code for a link of this type, in place of the last. */
async function newCode(accounts, user, type) {
  const code = oneTimeCode(accounts.otpLength)
  const hash = hashOf(user.email, code)
  const now = new Date().toISOString()
  const invited = type === 'invite' ? { invited_at: now } : {}
  await accounts.repo.updateUser(
    user.id,
    type === 'signup' || type === 'invite'
      ? { confirmation_token: hash, confirmation_sent_at: now, ...invited }
      : { recovery_token: hash, recovery_sent_at: now },
  )
  return { code, hash }
}
