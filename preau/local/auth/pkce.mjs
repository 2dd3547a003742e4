// PKCE for mailed links, as GoTrue does it and lite (OAuth only) does not: the request's challenge is
// kept, the link's token begins with `pkce_`, and opening it gives a code instead of a session. Front
// ends that render on a server (@supabase/ssr) always ask for it.
import { randomUUID } from 'node:crypto'

const PREFIX = 'pkce_'
const columns = {
  signup: 'confirmation_token',
  invite: 'confirmation_token',
  recovery: 'recovery_token',
  magiclink: 'recovery_token',
}

export const prefixed = (hash) => `${PREFIX}${hash}`
export const isPinned = (hash) => hash.startsWith(PREFIX)

/** Give the letters about to leave PKCE tokens, when the request came with a challenge. */
export async function pinToFlow(accounts) {
  const { code_challenge: challenge, code_challenge_method: method } = accounts.request.body
  if (!challenge) return
  for (const letter of accounts.mailer.letters) {
    if (!letter.hash || letter.type === 'reauthentication') continue
    const names =
      letter.type === 'email_change'
        ? ['email_change_token_current', 'email_change_token_new']
        : [columns[letter.type]]
    for (const column of names) {
      await accounts.repo
        .update('users')
        .set({ [column]: prefixed(letter.hash) })
        .where(column, '=', letter.hash)
        .execute()
    }
    letter.hash = prefixed(letter.hash)
    const user = await accounts.repo.findUserByToken(names[0], letter.hash)
    const other = names[1] && (await accounts.repo.findUserByToken(names[1], letter.hash))
    await accounts.repo.createFlowState({
      id: randomUUID(),
      user_id: (user ?? other).id,
      auth_code: randomUUID(),
      authentication_method: letter.type,
      code_challenge: challenge,
      code_challenge_method: (method ?? 'plain').toLowerCase(),
      provider_type: 'email',
    })
  }
}

/** The code a browser brings back to exchange for a session; null when no flow is waiting. */
export async function issueCode(accounts, userId, type) {
  const flow = await accounts.repo
    .table('flow_state')
    .selectAll()
    .where('user_id', '=', userId)
    .where('authentication_method', '=', type)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!flow) return null
  // Its five minutes count from the click, not from the mail.
  const now = new Date().toISOString()
  await accounts.repo.updateFlowState(flow.id, { auth_code_issued_at: now, created_at: now })
  return flow.auth_code
}
