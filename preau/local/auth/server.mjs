// Auth and Storage of the local stack: @supabase/lite in one process on loopback, twice: as
// supabase_auth_admin for /auth/v1, as supabase_storage_admin for /storage/v1. So a fault in one
// cannot reach the other's tables, and neither can reach the academies'. API keys are the gateway's
// business, which asks for them and turns them into tokens; lite's own REST, studio and system
// routes are not reachable.
import { serve } from '@hono/node-server'
import { App } from '@supabase/lite'
import { connect } from './database.mjs'
import { Files } from './files.mjs'
import { hostedAuth } from './routes.mjs'
import { readSettings } from './settings.mjs'
import { answerStorage } from './storage.mjs'

process.env.DO_NOT_TRACK = '1'
process.env.EXPERIMENTAL_STORAGE = '1'

const settings = readSettings()
const server = { apiKeys: false, admin: false, disableStudio: true, disableFallback: true }
const db = { migrations: { enabled: false } }
const authDatabase = connect(settings.authDatabaseUrl, 'auth')
const storageDatabase = connect(settings.storageDatabaseUrl, 'storage')

const auth = new App({
  connection: authDatabase,
  db,
  auth: { ...liteAuth(settings.auth), enabled: true, jwt_secret: settings.jwtSecret },
  storage: { enabled: false },
  options: { server: { ...server, middlewares: [hostedAuth(settings)] } },
})

const storage = new App({
  connection: storageDatabase,
  db,
  auth: { enabled: false, jwt_secret: settings.jwtSecret },
  storage: {
    enabled: true,
    file_size_limit: `${settings.storage.file_size_limit}B`,
    buckets: liteBuckets(settings.storage.buckets),
  },
  options: { server },
})
storage._storageAdapter = new Files(settings.storageFolder)

/** The buckets of config.toml as lite's schema has them: sizes as text, no limit as none. */
function liteBuckets(buckets) {
  return Object.fromEntries(
    Object.entries(buckets).map(([name, { file_size_limit: bytes, ...rest }]) => [
      name,
      bytes ? { ...rest, file_size_limit: `${bytes}B` } : rest,
    ]),
  )
}

/** The auth table of config.toml as lite's schema has it. */
function liteAuth({ email, sessions, rate_limit: _ours, ...rest }) {
  return {
    ...rest,
    sessions: Object.fromEntries(
      Object.entries(sessions).flatMap(([key, seconds]) => (seconds ? [[key, `${seconds}s`]] : [])),
    ),
    email: {
      enable_signup: email.enabled,
      enable_confirmations: email.enable_confirmations,
      double_confirm_changes: email.double_confirm_changes,
      otp_length: email.otp_length,
      otp_expiry: email.otp_expiry,
    },
  }
}

/** Route by prefix; anything else of lite is closed. */
async function answer(request) {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith('/auth/v1/')) return auth.fetch(request)
  if (pathname.startsWith('/storage/v1/')) return answerStorage(storage, request)
  return Response.json({ message: 'Not found' }, { status: 404 })
}

await Promise.all([authDatabase.driver`select 1`, storageDatabase.driver`select 1`])
const listener = serve({ fetch: answer, hostname: settings.host, port: settings.port })
listener.on('error', (error) => {
  console.error(`Auth cannot listen on port ${settings.port}: ${error.message}`)
  process.exit(1)
})

/** Let requests under way finish, two seconds at most. */
function stop() {
  listener.close(() => process.exit(0))
  listener.closeIdleConnections()
  setTimeout(() => process.exit(0), 2000)
}

process.once('SIGINT', stop)
process.once('SIGTERM', stop)
