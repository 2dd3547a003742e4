// One-time codes and access tokens, in GoTrue's shapes.
import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Sign claims as an HS256 JSON Web Token. */
export function sign(claims, secret) {
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

/** The claims of a token whose signature is ours and whose time is not over; throws otherwise. */
export function verified(token, secret) {
  const [header, payload, signature, ...rest] = token.split('.')
  if (!signature || rest.length) throw new Error('token contains an invalid number of segments')
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error('signature is invalid')
  }
  const { alg } = JSON.parse(Buffer.from(header, 'base64url'))
  if (alg !== 'HS256') throw new Error(`signing method ${alg} is invalid`)
  const claims = claimsOf(token)
  if (!(claims.exp * 1000 > Date.now())) throw new Error('token is expired')
  return claims
}

/** The claims of a token this process signed itself a moment ago; nothing is verified. */
export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'))
}

/** A code of decimal digits for a mail. */
export function oneTimeCode(length) {
  return Array.from({ length }, () => randomInt(10)).join('')
}

/** What is stored of a code, and the token of a mail's link: lite's SHA-256 of address and code. */
export function hashOf(email, code) {
  return createHash('sha256').update(email.toLowerCase() + code).digest('hex')
}

/** A password nobody knows, for accounts that begin with a mailed code; passes any requirement. */
export function unknownPassword() {
  return `Aa1!${randomBytes(24).toString('hex')}`
}

/**
 * The claims hosted puts into an access token; lite's own token has only some of them.
 * `methods` are rows of auth.mfa_amr_claims; a session of level two shows it by the factor it used.
 */
export function accessClaims(session, methods, issuer) {
  const { sub, aud, role, email, session_id, iat, exp } = claimsOf(session.access_token)
  const { user } = session
  return {
    iss: issuer,
    sub,
    aud,
    exp,
    iat,
    email,
    phone: user.phone,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    role,
    aal: methods.some((row) => row.authentication_method === 'totp') ? 'aal2' : 'aal1',
    amr: methods.map((row) => ({
      method: row.authentication_method,
      timestamp: Math.floor(Date.parse(row.created_at) / 1000),
    })),
    session_id,
    is_anonymous: user.is_anonymous,
  }
}
