// GoTrue's rate limits (its internal/api/options.go): token buckets, one per route and address, and
// one for all mails. They are kept in memory: a restart forgets them.
const FIVE_MINUTES = 300
const HOUR = 3600
const BURST = 30
const MOST_BUCKETS = 10_000

/** Buckets of `burst` that refill by `perSecond`. */
class Buckets {
  constructor(perSecond, burst) {
    this.perSecond = perSecond
    this.burst = burst
    this.kept = new Map()
  }

  /** Take one; false when this key has none left. */
  take(key) {
    const now = Date.now() / 1000
    const { left, at } = this.kept.get(key) ?? { left: this.burst, at: now }
    const there = Math.min(this.burst, left + (now - at) * this.perSecond)
    // The key last used comes last, so that the first is the one to forget.
    this.kept.delete(key)
    this.kept.set(key, { left: there < 1 ? there : there - 1, at: now })
    if (this.kept.size > MOST_BUCKETS) this.kept.delete(this.kept.keys().next().value)
    return there >= 1
  }
}

/** Rates as config.toml has them, `[auth.rate_limit]`. */
export class Limits {
  constructor(rates) {
    const { sign_in_sign_ups: people, token_refresh: tokens, token_verifications: codes } = rates
    // GoTrue's burst is 30 whatever the rate; a rate far above the hosted ones lifts it.
    const per = (rate) => new Buckets(rate / FIVE_MINUTES, Math.max(BURST, rate / 10))
    const verify = per(codes) // a link opened and a code typed count together
    this.routes = {
      'POST signup': per(people),
      'POST otp': per(people),
      'POST magiclink': per(people),
      'POST recover': per(people),
      'POST resend': per(people),
      'PUT user': per(people),
      'POST token': per(tokens),
      'GET verify': verify,
      'POST verify': verify,
      // GoTrue's own default, not in config.toml: 15 a minute.
      'POST factors': new Buckets(15 / 60, Math.max(BURST, codes / 10)),
    }
    this.mails = new Buckets(rates.email_sent / HOUR, rates.email_sent)
  }

  /** Whether a request may go on. A factor's routes count when they take a challenge or a code. */
  admits(method, path, address) {
    const [place, , below] = path.replace('/auth/v1/', '').split('/')
    if (place === 'factors' && !below) return true
    return this.routes[`${method} ${place}`]?.take(address) ?? true
  }

  /** Whether one more mail may leave. */
  admitsMail() {
    return this.mails.take('')
  }
}
