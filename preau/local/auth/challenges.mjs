// Codes of second factors, asked for and given: /auth/v1/factors/<id>/challenge and …/verify. A right
// one raises the session to aal2 and ends the owner's sessions below it, as GoTrue.
import { randomUUID } from 'node:crypto'
import { ownFactor } from './factors.mjs'
import { lockSession, renew } from './refresh.mjs'
import { isCode } from './totp.mjs'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const CHALLENGE_SECONDS = 300

/** POST /factors/<id>/challenge: good for five minutes and one code. */
export async function ask(c, accounts, { user }, factorId) {
  const factor = await usableFactor(accounts, user, factorId)
  const id = randomUUID()
  const now = new Date()
  const row = { id, factor_id: factor.id, created_at: now.toISOString(), ip_address: '127.0.0.1' }
  await accounts.repo.insertInto('mfa_challenges').values(row).execute()
  const expires_at = Math.floor(now.getTime() / 1000) + CHALLENGE_SECONDS
  return c.json({ id, type: factor.factor_type, expires_at })
}

/** POST /factors/<id>/verify: the session at level two, with new tokens. */
export async function answer(c, accounts, { user, session }, factorId) {
  const factor = await usableFactor(accounts, user, factorId)
  const { challenge_id: challengeId, code } = accounts.request.body
  if (!code) throw await accounts.failure(400, 'validation_failed', 'Code needs to be non-empty')
  const asked = await openChallenge(accounts, factor, challengeId)
  if (!isCode(factor.secret, code)) {
    throw await accounts.failure(422, 'mfa_verification_failed', 'Invalid TOTP code entered')
  }
  return c.json(await accounts.atomically(() => raise(accounts, user, session, factor, asked)))
}

async function raise(accounts, user, session, factor, asked) {
  const { repo } = accounts
  const now = new Date().toISOString()
  await lockSession(repo, session.id)
  // Claimed, so that of two requests with one challenge one passes.
  const claimed = await repo
    .update('mfa_challenges')
    .set({ verified_at: now })
    .where('id', '=', asked.id)
    .where('verified_at', 'is', null)
    .executeTakeFirst()
  if (!Number(claimed.numUpdatedRows)) throw await spent(accounts)
  await repo
    .update('mfa_factors')
    .set({ status: 'verified', updated_at: now })
    .where('id', '=', factor.id)
    .execute()
  await repo
    .update('sessions')
    .set({ aal: 'aal2', factor_id: factor.id, updated_at: now })
    .where('id', '=', session.id)
    .execute()
  const method = { session_id: session.id, authentication_method: 'totp' }
  await repo
    .insertInto('mfa_amr_claims')
    .values({ ...method, created_at: now, updated_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['session_id', 'authentication_method'])
        .doUpdateSet({ created_at: now, updated_at: now }),
    )
    .execute()
  const token = await renew(repo, session)
  const lower = repo.deleteFrom('sessions').where('user_id', '=', user.id)
  await lower.where('aal', '=', 'aal1').execute()
  const unproven = repo.deleteFrom('mfa_factors').where('user_id', '=', user.id)
  await unproven.where('status', '=', 'unverified').execute()
  return accounts.createRefreshResponse(user, session.id, token, now)
}

async function usableFactor(accounts, user, id) {
  if (accounts.config.mfa.totp.verify_enabled) return ownFactor(accounts, user, id)
  const message = 'MFA verification is disabled for TOTP'
  throw await accounts.failure(422, 'mfa_totp_verify_not_enabled', message)
}

async function openChallenge(accounts, factor, id) {
  const found =
    UUID.test(id ?? '') &&
    (await accounts.repo
      .table('mfa_challenges')
      .selectAll()
      .where('id', '=', id)
      .where('factor_id', '=', factor.id)
      .executeTakeFirst())
  if (!found) {
    const message = 'MFA factor with the provided challenge ID not found'
    throw await accounts.failure(422, 'mfa_factor_not_found', message)
  }
  if (found.verified_at) throw await spent(accounts)
  if (Date.parse(found.created_at) + CHALLENGE_SECONDS * 1000 < Date.now()) {
    const message = `MFA challenge ${id} has expired, verify against another challenge or create a new challenge.`
    throw await accounts.failure(422, 'mfa_challenge_expired', message)
  }
  return found
}

const spent = (accounts) => {
  const message = 'Challenge and verify IP addresses mismatch'
  return accounts.failure(422, 'mfa_ip_address_mismatch', message)
}
