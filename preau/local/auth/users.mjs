// People as the admin routes make, change and show them.
import { randomUUID } from 'node:crypto'

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const TAKEN = 'A user with this email address has already been registered'

/** The address in lower case; 400 when it is none. */
export async function checkedAddress(accounts, email) {
  if (!email) {
    throw await accounts.failure(400, 'validation_failed', 'An email address is required')
  }
  if (!ADDRESS.test(email)) {
    const message = 'Unable to validate email address: invalid format'
    throw await accounts.failure(400, 'validation_failed', message)
  }
  return email.toLowerCase()
}

export const taken = (accounts) => accounts.failure(422, 'email_exists', TAKEN)

/** A new row of auth.users with its e-mail identity, unconfirmed. `password_hash` may be absent. */
export async function addUser(accounts, { id = randomUUID(), email, password_hash, data, app }) {
  const { repo } = accounts
  await repo.createUser({
    id,
    email,
    encrypted_password: password_hash,
    raw_user_meta_data: { ...data, email_verified: false },
    raw_app_meta_data: { provider: 'email', providers: ['email'], ...app },
  })
  await repo.createIdentity({
    id: randomUUID(),
    provider: 'email',
    provider_id: id,
    user_id: id,
    identity_data: { sub: id, email, email_verified: false, phone_verified: false },
  })
  return repo.findUserById(id)
}

/** Call an address its owner's; nothing changes for one that is already. */
export async function confirm(accounts, user) {
  const { repo } = accounts
  const { raw_user_meta_data: data, email_confirmed_at: since } = repo.parseUserJson(user)
  await repo.updateUser(user.id, {
    email_confirmed_at: since ?? new Date().toISOString(),
    confirmation_token: null,
    raw_user_meta_data: { ...data, email_verified: true },
  })
  await changeIdentity(accounts, user.id, { email_verified: true })
}

/** Write into what the e-mail identity says of its owner. */
export async function changeIdentity(accounts, userId, changes) {
  for (const identity of await accounts.repo.findIdentitiesByUserId(userId)) {
    if (identity.provider !== 'email') continue
    const identity_data = { ...identity.identity_data, ...changes }
    await accounts.repo.updateIdentity(identity.id, { identity_data })
  }
}

/** Metadata after a change: keys set to null go. As GoTrue. */
export function merged(old, changes) {
  const all = Object.entries({ ...old, ...changes })
  return Object.fromEntries(all.filter(([, value]) => value !== null))
}

/** A password as auth.users keeps it: bcrypt, made by the database. */
export async function hashedPassword(accounts, password) {
  const { hash } = await accounts.repo.db
    .selectNoFrom((eb) => {
      const salt = eb.fn('extensions.gen_salt', [eb.val('bf')])
      return eb.fn('extensions.crypt', [eb.val(password), salt]).as('hash')
    })
    .executeTakeFirstOrThrow()
  return hash
}

/** The user as hosted shows it to admins. */
export async function shown(accounts, id) {
  const { repo } = accounts
  const user = repo.parseUserJson(await repo.findUserById(id))
  const answer = accounts.mapUserToResponse(user, await repo.findIdentitiesByUserId(id), 'user')
  return accounts.withFactors(answer)
}
