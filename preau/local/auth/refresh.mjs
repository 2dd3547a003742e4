// Refresh tokens as GoTrue rotates them: one use each, many at once count as one, and a token that
// comes back late ends the family, since somebody else may hold it.
import { randomUUID } from 'node:crypto'

/** The newest token of a session that is still good. */
function activeToken(repo, sessionId) {
  return repo
    .table('refresh_tokens')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('revoked', '=', false)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** A new token in place of `old`; returns its text. Call with the session's row locked. */
async function swap(repo, old) {
  const token = randomUUID()
  await repo.revokeRefreshToken(old.id)
  const { user_id, session_id } = old
  await repo.createRefreshToken({ token, user_id, session_id, parent: old.token })
  return token
}

/** Lock a session's row until the transaction ends, and return it. */
export function lockSession(repo, id) {
  return repo.table('sessions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** A fresh token for a locked session whose level changed; the one in use is void. */
export async function renew(repo, session) {
  const active = await activeToken(repo, session.id)
  if (active) return swap(repo, active)
  const token = randomUUID()
  await repo.createRefreshToken({ token, user_id: session.user_id, session_id: session.id })
  return token
}

/**
 * Exchange a refresh token for a session; null when nobody knows it (lite has the error for that).
 * The session's row is locked, so that requests at the same moment come one after the other; all but
 * the first find their token's successor and are given that.
 */
export async function rotate(accounts, token) {
  const outer = accounts.repo
  let refusal = null
  const answer = await outer.transaction(async (repo) => {
    accounts.repo = repo
    try {
      const known = token && (await repo.findRefreshToken(token))
      const session = known?.session_id && (await lockSession(repo, known.session_id))
      const user = session && (await repo.findUserById(session.user_id))
      if (!user) return null
      if (Date.parse(user.banned_until ?? 0) > Date.now()) {
        throw await accounts.failure(400, 'user_banned', 'Invalid Refresh Token: User Banned')
      }
      accounts.assertSessionRefreshable(session)
      const next = await successor(accounts, await repo.findRefreshToken(token))
      if (!next) {
        // Returned, not thrown: the revocation must be kept.
        const message = 'Invalid Refresh Token: Already Used'
        refusal = await accounts.failure(400, 'refresh_token_already_used', message)
        return null
      }
      const now = new Date().toISOString()
      await repo.updateSessionRefreshedAt(session.id, now)
      await accounts.createAuditLog(user.id, user.email ?? '', 'token_refreshed', 'token', false)
      return await accounts.createRefreshResponse(user, session.id, next, now)
    } finally {
      accounts.repo = outer
    }
  })
  if (refusal) throw refusal
  return answer
}

/** The token to hand out for `given`; null when it was used too long ago, and its family ends. */
async function successor(accounts, given) {
  const { repo, config } = accounts
  if (!given.revoked) return swap(repo, given)
  const active = await activeToken(repo, given.session_id)
  if (!active) return null
  // The answer to the last refresh may have been lost: its token may be asked for again, at any time.
  if (active.parent === given.token) return active.token
  const until = Date.parse(given.updated_at) + config.refresh_token_reuse_interval * 1000
  if (Date.now() <= until) return active.token
  if (config.enable_refresh_token_rotation) await repo.revokeSessionRefreshTokens(given.session_id)
  return null
}
