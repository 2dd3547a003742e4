// In front of lite's Auth routes: gives each request the accounts service of ./accounts.mjs, and
// answers /verify itself, since a mail's link must do more here than lite's does.
import { accountsOver } from './accounts.mjs'
import { HALFWAY } from './email-change.mjs'
import { Mailer } from './mail.mjs'
import { isPinned, issueCode } from './pkce.mjs'

const verificationTypes = new Set([
  'signup',
  'invite',
  'magiclink',
  'recovery',
  'email_change',
  'email',
  'reauthentication',
])

/** The middleware for lite's App. `settings` as in ./settings.mjs. */
export function hostedAuth(settings) {
  const config = { ...settings.auth, jwt_secret: settings.jwtSecret, api_url: settings.apiUrl }
  let Accounts
  return async (c, next) => {
    const lite = c.var.authService
    Accounts ??= accountsOver(lite.constructor)
    // As GoTrue: the address asked for, else the page that asks, if the allow-list has it.
    const asked = c.req.query('redirect_to') ?? c.req.header('redirect_to')
    const redirectTo = lite.resolveEmailRedirect(asked ?? c.req.header('referer'))
    const accounts = new Accounts(lite.repo, config, new Mailer(settings, redirectTo))
    accounts.request = { body: await bodyOf(c), redirectTo }
    c.set('authService', accounts)
    if (c.req.path !== '/auth/v1/verify') return next()
    if (c.req.method === 'GET') return followLink(c, accounts)
    if (c.req.method === 'POST') return enterCode(c, accounts)
    // A mail scanner's HEAD must not use the link up; hosted refuses it as well.
    if (c.req.method === 'HEAD') return c.body(null, 405, { Allow: 'GET, POST' })
    return next()
  }
}

/** The request's JSON object; empty when there is none, lite's routes complain where they need it. */
async function bodyOf(c) {
  if (!['POST', 'PUT'].includes(c.req.method)) return {}
  try {
    const body = JSON.parse(await c.req.text())
    return body && typeof body === 'object' ? body : {}
  } catch {
    return {}
  }
}

/** GET /verify, opened from a mail: back to the front end, with a session, a code or an error. */
async function followLink(c, accounts) {
  const type = c.req.query('type')
  const hash = c.req.query('token') || c.req.query('token_hash')
  if (!verificationTypes.has(type) || !hash) {
    return refuse(c, await accounts.failure(400, 'validation_failed', wanted(type)))
  }
  const target = accounts.request.redirectTo
  try {
    accounts.request.withoutSession = isPinned(hash)
    const outcome = await accounts.verifyOtp({ token_hash: hash, type })
    if (outcome.halfway) return c.redirect(withHash(target, { message: HALFWAY }), 303)
    if (!isPinned(hash)) return c.redirect(withHash(target, sessionIn(outcome, type)), 303)
    const code = await issueCode(accounts, outcome.user_id, type)
    return c.redirect(withQuery(target, { code }), 303)
  } catch (error) {
    const expected = typeof error.toJSON === 'function'
    if (!expected) console.error('[auth]', error)
    const problem = {
      error: expected ? 'access_denied' : 'server_error',
      error_code: expected ? error.code : 'unexpected_failure',
      error_description: expected ? error.message : 'Unexpected failure',
    }
    const address = isPinned(hash) ? withQuery(target, problem) : target
    return c.redirect(withHash(address, problem), 303)
  }
}

/** POST /verify: a code typed in, or a token hash a front end's own page was opened with. */
async function enterCode(c, accounts) {
  const { type, email, token, token_hash } = accounts.request.body
  try {
    if (!verificationTypes.has(type) || !(token_hash || (email && token))) {
      throw await accounts.failure(400, 'validation_failed', wanted(type))
    }
    const outcome = await accounts.verifyOtp({ type, email, token, token_hash })
    return outcome.halfway ? c.json({ code: '200', msg: HALFWAY }) : c.json(outcome)
  } catch (error) {
    if (typeof error.toJSON !== 'function') throw error
    return refuse(c, error)
  }
}

function wanted(type) {
  if (!type) return 'Verify requires a verification type'
  if (!verificationTypes.has(type)) return 'Invalid email verification type'
  return 'Verify requires a token or a token hash'
}

function refuse(c, error) {
  return c.json(error.toJSON(), error.status, { 'X-Sb-Error-Code': error.code })
}

function sessionIn(session, type) {
  const { access_token, refresh_token, expires_in, expires_at, token_type } = session
  return { access_token, expires_at, expires_in, refresh_token, token_type, type }
}

function withHash(address, values) {
  return `${address.split('#')[0]}#${new URLSearchParams(values)}`
}

function withQuery(address, values) {
  const url = new URL(address)
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value)
  return url.toString()
}
