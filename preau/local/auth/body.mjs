// Reads a request's JSON as GoTrue decodes it: into fields of fixed types, with a 4xx for what does
// not fit. Lite trusts the types and answers 500, or stores what Postgres then refuses.
const texts = [
  ...['email', 'new_email', 'password', 'phone', 'token', 'token_hash', 'type', 'refresh_token'],
  ...['auth_code', 'code_verifier', 'code_challenge', 'code_challenge_method', 'nonce', 'scope'],
  ...['redirect_to', 'friendly_name', 'factor_type', 'issuer', 'code', 'challenge_id', 'id', 'aud'],
  ...['role', 'ban_duration', 'password_hash'],
]
const objects = ['data', 'user_metadata', 'app_metadata']
const flags = ['email_confirm', 'phone_confirm', 'create_user', 'should_soft_delete']
const LONGEST_ADDRESS = 255
const LONGEST_PASSWORD = 72 // bytes: all that bcrypt reads
const DEEPEST = 500

/** What is wrong with a request: GoTrue's status, code and sentence. */
export class Unfit extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

const unread = (problem) =>
  new Unfit('bad_json', `Could not parse request body as JSON: ${problem}`)

/**
 * The request's JSON object, null fields left out (Go's zero values); empty when there is no body.
 * `unparsable` when the text is no JSON: lite's routes have their own sentence for that.
 */
export async function readBody(c) {
  if (/%00/.test(c.req.url)) throw new Unfit('validation_failed', 'Invalid character in the query')
  if (!['POST', 'PUT', 'DELETE', 'PATCH'].includes(c.req.method)) return { body: {} }
  const text = await c.req.text()
  if (text === '') return { body: {} }
  let parsed
  try {
    parsed = JSON.parse(text)
  } catch {
    return { body: {}, unparsable: true }
  }
  const body = fitting(parsed ?? {}, c.req.path)
  // Lite's routes read the text themselves: they get what was checked.
  c.req.text = async () => JSON.stringify(body)
  return { body }
}

function fitting(parsed, path) {
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw unread(`cannot unmarshal ${kindOf(parsed)} into an object`)
  }
  const body = Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== null))
  const expected = [...texts.map((name) => [name, 'string'])]
  expected.push(...objects.map((name) => [name, 'object']), ...flags.map((name) => [name, 'bool']))
  for (const [name, kind] of expected) {
    if (name in body && kindOf(body[name]) !== kind) {
      throw unread(`cannot unmarshal ${kindOf(body[name])} into field ${name} of type ${kind}`)
    }
  }
  const whole = wellFormed(body, 0)
  checkLengths(whole, path)
  return whole
}

function checkLengths(body, path) {
  if (path.endsWith('/token')) return
  for (const address of [body.email, body.new_email]) {
    if (address && Buffer.byteLength(address) > LONGEST_ADDRESS) {
      throw new Unfit('validation_failed', 'An email address is too long')
    }
  }
  if (Buffer.byteLength(body.password ?? '') > LONGEST_PASSWORD) {
    const message = `Password cannot be longer than ${LONGEST_PASSWORD} characters`
    throw new Unfit('validation_failed', message)
  }
}

/** The value with lone surrogates replaced, as Go does; NUL and endless nesting are refused. */
function wellFormed(value, depth) {
  if (depth > DEEPEST) throw unread('exceeded max depth')
  if (typeof value === 'string') {
    if (value.includes('\0')) throw unread('a text holds the character U+0000')
    return value.toWellFormed()
  }
  if (Array.isArray(value)) return value.map((item) => wellFormed(item, depth + 1))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      wellFormed(key, depth + 1),
      wellFormed(item, depth + 1),
    ]),
  )
}

function kindOf(value) {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
