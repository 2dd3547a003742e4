// Who asks: the checks that GoTrue puts before its admin and factor routes (lite's own stand before
// its own routes only).
import { verified } from './tokens.mjs'

const ADMINS = new Set(['service_role', 'supabase_admin'])

/** The claims of the request's token; 401 without one, 403 for one that is not ours or is over. */
async function claimsOfCaller(c, accounts) {
  const token = /^bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (!token) {
    const message = 'This endpoint requires a valid Bearer token'
    throw await accounts.failure(401, 'no_authorization', message)
  }
  try {
    return verified(token, accounts.config.jwt_secret)
  } catch (error) {
    throw await accounts.failure(403, 'bad_jwt', `invalid JWT: ${error.message}`)
  }
}

/** Only the secret key and the service_role token pass; people's tokens and public keys get 403. */
export async function requireAdmin(c, accounts) {
  const { role } = await claimsOfCaller(c, accounts)
  if (!ADMINS.has(role)) throw await accounts.failure(403, 'not_admin', 'User not allowed')
}

/** The user (as a row of auth.users) and the session that the caller's token names. */
export async function requireUser(c, accounts) {
  const { sub, session_id: id } = await claimsOfCaller(c, accounts)
  if (!sub) throw await accounts.failure(403, 'bad_jwt', 'invalid claim: missing sub claim')
  const user = await accounts.repo.findUserById(sub)
  if (!user) {
    const message = 'User from sub claim in JWT does not exist'
    throw await accounts.failure(403, 'user_not_found', message)
  }
  const session = id && (await accounts.repo.findSessionById(id))
  if (!session) {
    const message = 'Session from session_id claim in JWT does not exist'
    throw await accounts.failure(403, 'session_not_found', message)
  }
  return { user, session }
}
