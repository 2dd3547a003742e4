// What the auth and storage process is told by its environment; `preau.local.auth` sets it all.
import { readFileSync } from 'node:fs'

/** @param {string} name */
function needed(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; start this process through \`preau up\`.`)
  return value
}

/**
 * The settings. `auth` and `storage` are the tables of supabase/config.toml as preau.local.config
 * checked them: durations in seconds, sizes in bytes, template paths absolute.
 */
export function readSettings() {
  const { auth, ...told } = JSON.parse(needed('AUTH_CONFIG'))
  return {
    host: '127.0.0.1',
    port: Number(needed('AUTH_PORT')),
    apiUrl: needed('AUTH_API_URL'),
    jwtSecret: needed('AUTH_JWT_SECRET'),
    authDatabaseUrl: needed('AUTH_DB_URL'),
    storageDatabaseUrl: needed('STORAGE_DB_URL'),
    storageFolder: needed('STORAGE_DIR'),
    smtpPort: Number(needed('AUTH_SMTP_PORT')),
    ...told,
    auth: { ...auth, sessions: inLitesWords(auth.sessions) },
  }
}

/** Lite reads the ends of a session as text, such as "86400s". */
function inLitesWords(sessions) {
  const given = Object.entries(sessions).filter(([, seconds]) => seconds)
  return Object.fromEntries(given.map(([name, seconds]) => [name, `${Math.round(seconds)}s`]))
}

/** The HTML of a mail template, read anew for each mail so that an edit shows at once. */
export function readTemplate(path) {
  return readFileSync(path, 'utf8')
}
