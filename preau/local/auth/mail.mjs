// The mails of Auth: written from supabase/templates, handed to the inbox over SMTP.
import { SmtpEmailDriver } from '@supabase/lite'
import { readTemplate } from './settings.mjs'

const escaped = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'", nbsp: ' ' }
const htmlSafe = (text) => String(text).replace(/[&<>"']/g, (character) => escaped[character])
const plain = `<p><a href="{{ .ConfirmationURL }}">{{ .ConfirmationURL }}</a></p><p>{{ .Token }}</p>`

/**
 * Fill `{{ .Name }}` and `{{ .Data.key }}`, the part of Go's templates that auth mails need. Unknown
 * names become empty. `escape` is applied to every value, since people choose parts of them.
 */
export function fill(template, values, escape = htmlSafe) {
  return template.replace(/\{\{\s*\.(\w+)(?:\.(\w+))?\s*\}\}/g, (_, name, key) => {
    const value = key ? values[name]?.[key] : values[name]
    return escape(value === undefined || typeof value === 'object' ? '' : value)
  })
}

/** The same mail for readers without HTML: links written out, tags gone. */
export function textOf(html) {
  return html
    .replace(/<(style|head)[\s\S]*?<\/\1>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gi, '$2 : $1')
    .replace(/<\/(p|h1|h2|div|li)>|<br\s*\/?>/gi, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&(#?\w+);/g, (entity, name) => entities[name] ?? entity)
    .replace(/ *\n */g, '\n')
    .replace(/\n{2,}/g, '\n\n')
    .trim()
}

/**
 * Collects what one request has to mail, in the calls that lite makes, until `deliver`: so a mail
 * leaves only when the request's rows are written, and links can carry what lite does not know,
 * the caller's redirect address.
 */
export class Mailer {
  /**
   * @param {string} redirectTo an address from the allow-list
   * @param {import('./limits.mjs').Limits} limits
   */
  constructor(settings, redirectTo, limits) {
    this.settings = settings
    this.limits = limits
    this.redirectTo = redirectTo
    this.letters = []
    this.unsent = undefined
  }

  async sendConfirmation(to, hash, code, meta) {
    this.letters.push({ template: 'confirmation', type: 'signup', to, hash, code, meta })
  }

  async sendInvite(to, hash, code, meta) {
    this.letters.push({ template: 'invite', type: 'invite', to, hash, code, meta })
  }

  async sendRecovery(to, hash, code, meta) {
    this.letters.push({ template: 'recovery', type: 'recovery', to, hash, code, meta })
  }

  async sendMagicLink(to, hash, code, meta) {
    this.letters.push({ template: 'magic_link', type: 'magiclink', to, hash, code, meta })
  }

  async sendReauthentication(to, code, meta) {
    const hash = meta?.tokenHash
    this.letters.push({ template: 'reauthentication', type: 'reauthentication', to, hash, code, meta })
  }

  /** Both mailboxes are asked where config.toml says so: `meta.tokenHashNew` is the new one's. */
  async sendEmailChange(to, hash, code, meta) {
    const letter = { template: 'email_change', type: 'email_change', meta }
    this.letters.push({ ...letter, to, hash, code })
    if (meta?.tokenHashNew) {
      this.letters.push({
        ...letter,
        to: meta.newEmail,
        hash: meta.tokenHashNew,
        code: meta.tokenNew,
      })
    }
  }

  /** Send what was collected; when the inbox refuses, throws, and `unsent` names the kind. */
  async deliver(data) {
    for (const letter of this.letters.splice(0)) {
      this.unsent = letter.template.replace('_', ' ')
      await this.#send(letter, data)
      this.unsent = undefined
    }
  }

  async #send({ template, type, to, hash, code, meta }, data) {
    const { apiUrl, auth, smtpPort } = this.settings
    const link = new URL(`${apiUrl}/auth/v1/verify`)
    link.searchParams.set('token', hash)
    link.searchParams.set('type', type)
    link.searchParams.set('redirect_to', this.redirectTo)
    const values = {
      ConfirmationURL: link.toString(),
      Token: code,
      TokenHash: hash,
      SiteURL: auth.site_url,
      RedirectTo: this.redirectTo,
      Email: meta?.currentEmail ?? to,
      NewEmail: meta?.newEmail ?? '',
      Data: data ?? {},
    }
    const { subject, content_path: path } = auth.email.template[template] ?? {}
    const html = fill(path ? readTemplate(path) : plain, values)
    const { sender_name: name, admin_email: address } = auth.email.smtp
    const driver = new SmtpEmailDriver({
      host: '127.0.0.1',
      port: smtpPort,
      from: { name: name ?? 'Préau', address: address ?? 'no-reply@preau.localhost' },
      timeoutMs: 5000,
    })
    await driver.send({
      to,
      subject: fill(subject ?? template, values, String).replace(/[\r\n]+/g, ' '),
      text: textOf(html),
      html,
    })
  }
}
