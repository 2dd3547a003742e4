// Signing in without saying who one is: an account with neither address nor password, marked as such
// in its tokens, that becomes an ordinary one once an address is confirmed.
import { randomUUID } from 'node:crypto'

/** POST /signup with no address: a session at once, where config.toml allows it. As GoTrue. */
export async function signInAnonymously(c, accounts) {
  const { config } = accounts
  if (!config.enable_signup) {
    throw await accounts.failure(422, 'signup_disabled', 'Signups not allowed for this instance')
  }
  if (!config.enable_anonymous_sign_ins) {
    const message = 'Anonymous sign-ins are disabled'
    throw await accounts.failure(422, 'anonymous_provider_disabled', message)
  }
  const session = await accounts.atomically(async () => {
    const user = await accounts.repo.createUser({
      id: randomUUID(),
      is_anonymous: true,
      raw_user_meta_data: accounts.request.body.data ?? {},
      raw_app_meta_data: {},
    })
    const fresh = accounts.repo.parseUserJson(user)
    return accounts.createSessionForUser(fresh, [], 'session', { authenticationMethod: 'anonymous' })
  })
  return c.json(session)
}

/** Somebody anonymous confirmed an address: from now on they are as anybody. */
export async function becomeKnown(repo, user) {
  if (user.is_anonymous) await repo.updateUser(user.id, { is_anonymous: false })
}
