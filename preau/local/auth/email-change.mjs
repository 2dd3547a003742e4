// Changing one's address. With `double_confirm_changes` hosted wants a click from the old mailbox and
// one from the new, in any order; lite is content with the old one and would call an address
// verified that nobody has read.
import { becomeKnown } from './anonymous.mjs'
import { hashOf, oneTimeCode } from './tokens.mjs'

const pair = { email_change_token_current: 'email_change_token_new' }
pair.email_change_token_new = 'email_change_token_current'

/** What the first of the two clicks is answered with, in GoTrue's words. */
export const HALFWAY =
  'Confirmation link accepted. Please proceed to confirm link sent to the other email'

/** Take one mailbox's click: `{halfway: true}` after the first, a session after the last. */
export async function confirmEmailChange(accounts, hash) {
  const outer = accounts.repo
  const expired = await accounts.failure(403, 'otp_expired', 'Email link is invalid or has expired')
  try {
    return await outer.transaction(async (repo) => {
      accounts.repo = repo
      const { user, tokenColumn: column } = await accounts.findUserByTokenAndType(
        hash,
        'email_change',
      )
      if (accounts.isTokenExpired(user, column)) throw expired
      if (!(await repo.claimUserToken(user.id, column, hash))) throw expired
      if (user[pair[column]] && user.email) {
        await repo.updateUser(user.id, { email_change_confirm_status: 1 })
        return { halfway: true }
      }
      await repo.updateUser(user.id, { email_change_confirm_status: 0 })
      await becomeKnown(repo, user)
      const fresh = await repo.findUserById(user.id)
      return accounts.completeVerifyOtp(fresh, column, 'email_change')
    })
  } finally {
    accounts.repo = outer
  }
}

/** New mails, with new codes, for a change that is waiting. */
export async function resendEmailChange(accounts, user) {
  if (!user.email_change) return
  await accounts.spaceOut(user.email_change_sent_at)
  const twice = accounts.config.email.double_confirm_changes && user.email
  const [codeNew, codeCurrent] = [0, 0].map(() => oneTimeCode(accounts.otpLength))
  const hashNew = hashOf(user.email_change, codeNew)
  const hashCurrent = twice ? hashOf(user.email, codeCurrent) : null
  const meta = { userId: user.id, currentEmail: user.email, newEmail: user.email_change }
  await accounts.atomically(async () => {
    await accounts.repo.updateUser(user.id, {
      email_change_token_new: hashNew,
      email_change_token_current: hashCurrent,
      email_change_confirm_status: 0,
      email_change_sent_at: new Date().toISOString(),
    })
    if (twice) {
      const both = { ...meta, tokenNew: codeNew, tokenHashNew: hashNew }
      await accounts.mailer.sendEmailChange(user.email, hashCurrent, codeCurrent, both)
    } else {
      await accounts.mailer.sendEmailChange(user.email_change, hashNew, codeNew, meta)
    }
  })
}
