// One-time codes and access tokens, in GoTrue's shapes.
import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto'

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Sign claims as an HS256 JSON Web Token. */
export function sign(claims, secret) {
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
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
 * `methods` are rows of auth.mfa_amr_claims.
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
    aal: 'aal1',
    amr: methods.map((row) => ({
      method: row.authentication_method,
      timestamp: Math.floor(Date.parse(row.created_at) / 1000),
    })),
    session_id,
    is_anonymous: user.is_anonymous,
  }
}
