// In front of lite's Auth routes: gives each request the accounts service of ./accounts.mjs, and
// answers /verify itself, since a mail's link must do more here than lite's does, and the admin and
// factor routes, which lite does not have.
import { accountsOver } from './accounts.mjs'
import * as admin from './admin.mjs'
import { signInAnonymously } from './anonymous.mjs'
import { readBody, Unfit } from './body.mjs'
import { requireAdmin, requireUser } from './callers.mjs'
import * as challenges from './challenges.mjs'
import { HALFWAY } from './email-change.mjs'
import * as factors from './factors.mjs'
import { Limits } from './limits.mjs'
import * as links from './links.mjs'
import { Mailer } from './mail.mjs'
import { isPinned, issueCode } from './pkce.mjs'
import { verified } from './tokens.mjs'

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
  const limits = new Limits(settings.auth.rate_limit)
  let Accounts
  return async (c, next) => {
    const lite = c.var.authService
    Accounts ??= accountsOver(lite.constructor)
    // As GoTrue: the address asked for, else the page that asks, if the allow-list has it.
    const asked = c.req.query('redirect_to') ?? c.req.header('redirect_to')
    const redirectTo = lite.resolveEmailRedirect(asked ?? c.req.header('referer'))
    const accounts = new Accounts(lite.repo, config, new Mailer(settings, redirectTo, limits))
    c.set('authService', accounts)
    try {
      if (!limits.admits(c.req.method, c.req.path, addressOf(c))) {
        const message = 'Request rate limit reached'
        throw await accounts.failure(429, 'over_request_rate_limit', message)
      }
      accounts.request = { ...(await readBody(c)), redirectTo, sessionId: sessionOf(c, settings) }
      return (await own(c, accounts)) ?? (await next())
    } catch (error) {
      if (error instanceof Unfit) {
        return refuse(c, await accounts.failure(400, error.code, error.message))
      }
      if (typeof error.toJSON === 'function') return refuse(c, error)
      console.error('[auth]', error)
      return refuse(c, await accounts.failure(500, 'unexpected_failure', 'Unexpected failure'))
    }
  }
}

/** Where a request comes from: the gateway says, who asks past it is loopback. */
function addressOf(c) {
  return c.req.header('x-forwarded-for')?.split(',').at(-1).trim() ?? 'loopback'
}

/** The session that the caller's token names, if it has a good one; lite checks it again. */
function sessionOf(c, { jwtSecret }) {
  try {
    return verified((c.req.header('authorization') ?? '').slice('Bearer '.length), jwtSecret).session_id
  } catch {
    return undefined // no token, or none of ours: the routes that need one say so
  }
}

/** The answer to what is not left to lite; undefined for the rest. */
async function own(c, accounts) {
  const [place, id, below, ...rest] = c.req.path.replace('/auth/v1/', '').split('/')
  const { method } = c.req
  const named = rest.length === 0
  if (place === 'verify') return verify(c, accounts)
  if (place === 'signup' && method === 'POST' && !accounts.request.unparsable) {
    const { email, phone } = accounts.request.body
    if (!email && !phone) return signInAnonymously(c, accounts)
  }
  if (place === 'invite' || place === 'admin') {
    await requireAdmin(c, accounts)
    await parsable(accounts)
    if (place === 'invite' && !id && method === 'POST') return links.invite(c, accounts)
    if (id === 'generate_link' && !below && method === 'POST') return links.generateLink(c, accounts)
    if (id !== 'users') return c.text('404 page not found', 404)
    if (!below && method === 'GET') return admin.listUsers(c, accounts)
    if (!below && method === 'POST') return admin.createUser(c, accounts)
    if (named && ['GET', 'PUT', 'DELETE'].includes(method)) return admin.oneUser(c, accounts, below)
    if (rest[0] === 'factors') return factors.administer(c, accounts, below, rest.slice(1))
    return c.text('404 page not found', 404)
  }
  if (place === 'factors') {
    const caller = await requireUser(c, accounts)
    await parsable(accounts)
    if (!id && method === 'POST') return factors.enroll(c, accounts, caller)
    if (id && !below && method === 'DELETE') return factors.unenroll(c, accounts, caller, id)
    if (named && method === 'POST' && below === 'challenge') {
      return challenges.ask(c, accounts, caller, id)
    }
    if (named && method === 'POST' && below === 'verify') {
      return challenges.answer(c, accounts, caller, id)
    }
    return c.text('404 page not found', 404)
  }
  return undefined
}

/** 400 where a body was sent that is no JSON. */
async function parsable(accounts) {
  if (!accounts.request.unparsable) return
  const message = 'Could not parse request body as JSON: invalid character'
  throw await accounts.failure(400, 'bad_json', message)
}

async function verify(c, accounts) {
  if (c.req.method === 'GET') return followLink(c, accounts)
  if (c.req.method === 'POST') return enterCode(c, accounts)
  // A mail scanner's HEAD must not use the link up; hosted refuses it as well.
  if (c.req.method === 'HEAD') return c.body(null, 405, { Allow: 'GET, POST' })
  return undefined
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
  await parsable(accounts)
  const { type, email, token, token_hash } = accounts.request.body
  if (!verificationTypes.has(type) || !(token_hash || (email && token))) {
    throw await accounts.failure(400, 'validation_failed', wanted(type))
  }
  const outcome = await accounts.verifyOtp({ type, email, token, token_hash })
  return outcome.halfway ? c.json({ code: '200', msg: HALFWAY }) : c.json(outcome)
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
