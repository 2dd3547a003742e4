// What hosted's Auth (supabase/auth, "GoTrue") does and @supabase/lite does not, as a subclass of
// lite's service. Each method says the difference a front end or an attacker would notice.
//
// Still missing against hosted: phone sign-in, factors other than TOTP, SSO, OAuth beyond GitHub and Google, linking identities by hand, hooks, captcha, and asymmetric signing keys.
import { randomUUID } from 'node:crypto'
import { confirmEmailChange, resendEmailChange } from './email-change.mjs'
import { factorsOf, shownFactor } from './factors.mjs'
import { pinToFlow, prefixed } from './pkce.mjs'
import { rotate } from './refresh.mjs'
import { accessClaims, hashOf, oneTimeCode, sign, unknownPassword } from './tokens.mjs'

const isEmail = (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text ?? '')

/** @param Base lite's AuthService, which its package does not export */
export function accountsOver(Base) {
  return class Accounts extends Base {
    /** Filled by the routes: `body` of the request; `redirectTo`; `withoutSession` for PKCE links. */
    request = { body: {} }

    /** An error in lite's own class, which its routes turn into GoTrue's answer. */
    async failure(status, code, message) {
      const sample = await super.recover(undefined).catch((error) => error)
      return new sample.constructor(status, code, message)
    }

    /**
     * Run one request's work in one transaction and send its mails at the end of it, so that an
     * inbox that is down, or a trigger on auth.users that refuses, leaves nothing behind. As GoTrue.
     */
    async atomically(action, problem = 'Database error saving new user') {
      const outer = this.repo
      try {
        return await outer.transaction(async (repo) => {
          this.repo = repo
          const result = await action()
          await pinToFlow(this)
          await this.spareInboxes()
          await this.mailer.deliver(this.request.body.data)
          return result
        })
      } catch (error) {
        if (typeof error.toJSON === 'function') throw error
        if (error.code === '23505') {
          // Two at once with one address: the second is told as if it had come later.
          throw await this.failure(422, 'user_already_exists', 'User already registered')
        }
        console.error('[auth]', error)
        const unsent = this.mailer.unsent && `Error sending ${this.mailer.unsent} email`
        throw await this.failure(500, 'unexpected_failure', unsent ?? problem)
      } finally {
        this.repo = outer
      }
    }

    /** 429 when `auth.rate_limit.email_sent` has been sent in the last hour. */
    async spareInboxes() {
      for (const { template } of this.mailer.letters) {
        if (this.mailer.limits.admitsMail()) continue
        console.error(`[auth] auth.rate_limit.email_sent is reached: no ${template} mail`)
        throw await this.failure(429, 'over_email_send_rate_limit', 'email rate limit exceeded')
      }
    }

    /** 429 while the last mail of its kind is younger than `auth.email.max_frequency`. */
    async spaceOut(sentAt) {
      const due = Date.parse(sentAt ?? 0) + this.config.email.max_frequency * 1000
      const wait = Math.ceil((due - Date.now()) / 1000)
      if (sentAt && wait > 0) {
        const message = `For security purposes, you can only request this after ${wait} seconds.`
        throw await this.failure(429, 'over_email_send_rate_limit', message)
      }
    }

    /** Lite refuses every known address with 429; GoTrue answers so that nobody learns who exists. */
    async signUp(email, password, data) {
      const known = isEmail(email) && (await this.repo.findUserByEmail(email))
      if (!known) return this.atomically(() => super.signUp(email, password, data))
      const refusal = await super.signUp(email, password, data).catch((error) => error)
      if (refusal.code !== 'over_email_send_rate_limit') throw refusal
      if (known.email_confirmed_at) return { user: stranger(email, data) }
      // The password is not taken over: whoever asks now may not be who asked first.
      await this.confirmAgain(known)
      const identities = await this.repo.findIdentitiesByUserId(known.id)
      const fresh = this.repo.parseUserJson(await this.repo.findUserById(known.id))
      return { user: this.mapUserToResponse(fresh, identities, 'signup') }
    }

    /** A new confirmation mail for somebody who has not confirmed; the old code is void. */
    async confirmAgain(user) {
      await this.spaceOut(user.confirmation_sent_at)
      const code = oneTimeCode(this.otpLength)
      const hash = hashOf(user.email, code)
      await this.atomically(async () => {
        const confirmation_sent_at = new Date().toISOString()
        await this.repo.updateUser(user.id, { confirmation_token: hash, confirmation_sent_at })
        await this.mailer.sendConfirmation(user.email, hash, code, { userId: user.id })
      })
    }

    /** Lite says "not confirmed" before it looks at the password, and lets banned people in. */
    async signInWithPassword(email, password) {
      const user = isEmail(email) && (await this.repo.findUserByEmail(email))
      if (user && !user.email_confirmed_at) {
        await this.checkPassword(user, email, password)
        throw await this.failure(400, 'email_not_confirmed', 'Email not confirmed')
      }
      if (Date.parse(user?.banned_until ?? 0) > Date.now()) {
        await this.checkPassword(user, email, password)
        throw await this.failure(400, 'user_banned', 'User is banned')
      }
      return super.signInWithPassword(email, password)
    }

    /** Throw `invalid_credentials` unless the password is this user's; no session is made. */
    async checkPassword(user, email, password) {
      const right = new Error('the password is right')
      const repo = {
        findUserByEmail: async () => ({ ...user, confirmed_at: new Date().toISOString() }),
        parseUserJson: (row) => row,
        findIdentitiesByUserId: () => Promise.reject(right),
      }
      const probe = new Base(repo, this.config, this.mailer)
      const outcome = await probe.signInWithPassword(email, password).catch((error) => error)
      if (outcome !== right) throw outcome
    }

    /** Lite makes a new account confirmed before its owner has shown to read the mail. */
    async signInWithOtp(email, options) {
      const user = isEmail(email) && (await this.repo.findUserByEmail(email))
      if (user?.email_confirmed_at) {
        await this.spaceOut(user.recovery_sent_at)
        return this.atomically(() => super.signInWithOtp(email, options))
      }
      if (!isEmail(email) || (!user && options?.shouldCreateUser === false)) {
        return super.signInWithOtp(email, { shouldCreateUser: false })
      }
      await this.signUp(email, unknownPassword(), this.request.body.data)
    }

    async requestMagicLink(email) {
      return this.signInWithOtp(email)
    }

    async recover(email) {
      const user = isEmail(email) && (await this.repo.findUserByEmail(email))
      if (user) await this.spaceOut(user.recovery_sent_at)
      return this.atomically(() => super.recover(email), 'Database error updating user')
    }

    /** Lite answers 429 to every one who was ever sent the mail to be sent again. */
    async resend(type, email) {
      const user = isEmail(email) && (await this.repo.findUserByEmail(email))
      if (type === 'signup' && user) {
        return user.email_confirmed_at ? undefined : this.confirmAgain(user)
      }
      if (type === 'email_change' && user) return resendEmailChange(this, user)
      return super.resend(type, email)
    }

    /** A new password ends the person's other sessions: whoever knew the old one is out. */
    async updateUser(id, updates) {
      return this.atomically(async () => {
        const user = await super.updateUser(id, updates)
        if (updates.password !== undefined) await this.endSessions(id, this.request.sessionId)
        return user
      }, 'Database error updating user')
    }

    /** End the sessions of a person, but for one. */
    async endSessions(userId, except) {
      await this.repo.deleteRefreshTokensForUser(userId, except)
      await this.repo.deleteUserSessions(userId, except)
    }

    async reauthenticate(id) {
      return this.atomically(() => super.reauthenticate(id), 'Database error updating user')
    }

    /** Adds the types `email` and `invite`, PKCE's prefixed codes, and both halves of a change. */
    async verifyOtp(params) {
      const hash = params.token_hash || (params.email && hashOf(params.email, params.token ?? ''))
      if (!hash) return super.verifyOtp(params)
      for (const token_hash of [hash, prefixed(hash)]) {
        for (const type of typesOf(params.type)) {
          if (!(await this.findUserByTokenAndType(token_hash, type))) continue
          if (type === 'email_change') return confirmEmailChange(this, token_hash)
          return super.verifyOtp({ token_hash, type })
        }
      }
      return super.verifyOtp({ token_hash: hash, type: 'signup' }) // its own "expired" error
    }

    async createSessionForUser(user, identities, mode, options = {}) {
      if (this.request.withoutSession) return { user_id: user.id }
      const session = await super.createSessionForUser(user, identities, mode, options)
      const method = options.authenticationMethod ?? (mode === 'verify' ? 'otp' : 'password')
      await this.repo
        .insertInto('mfa_amr_claims')
        .values({ session_id: session.session_id, authentication_method: method })
        .execute()
      return this.withClaims(session)
    }

    async refreshSession(token) {
      return (await rotate(this, token)) ?? super.refreshSession(token) // its own "not found"
    }

    async createRefreshResponse(user, sessionId, token, at) {
      return this.withClaims(await super.createRefreshResponse(user, sessionId, token, at))
    }

    /** What lite does not say of a person. */
    mapUserToResponse(user, identities, mode) {
      const { invited_at, banned_until, is_anonymous } = user
      const more = Object.entries({ invited_at, banned_until }).filter(([, value]) => value)
      const answer = super.mapUserToResponse(user, identities, mode)
      return { ...answer, ...Object.fromEntries(more), is_anonymous: Boolean(is_anonymous) }
    }

    async getUser(id) {
      return this.withFactors(await super.getUser(id))
    }

    /** The user with the second factors that belong to it, if any. */
    async withFactors(user) {
      const factors = await factorsOf(this.repo, user.id)
      return factors.length ? { ...user, factors: factors.map(shownFactor) } : user
    }

    /** Lite's token lacks most claims of hosted's: front ends read them, policies may. */
    async withClaims(session) {
      const methods = await this.repo
        .table('mfa_amr_claims')
        .selectAll()
        .where('session_id', '=', session.session_id)
        .orderBy('updated_at', 'desc')
        .execute()
      session.user = await this.withFactors(session.user)
      const claims = accessClaims(session, methods, `${this.config.api_url}/auth/v1`)
      session.access_token = sign(claims, this.config.jwt_secret)
      return session
    }
  }
}

/** The kinds of token that may answer to a verification type; GoTrue's `email` means either. */
function typesOf(type) {
  if (type === 'email') return ['signup', 'magiclink']
  if (type === 'invite') return ['signup']
  return [type]
}

/** The made-up user that GoTrue shows to who signs up with somebody's confirmed address. */
function stranger(email, data) {
  const now = new Date().toISOString()
  return {
    id: randomUUID(),
    aud: 'authenticated',
    role: '',
    email: email.toLowerCase(),
    phone: '',
    confirmation_sent_at: now,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { ...data },
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  }
}
