// What the tests beside this share: clients of the stack named by the environment, and its inbox.
import { randomUUID } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'

export const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, INBOX_URL } =
  process.env
export const HOME = 'http://localhost:5173/bienvenue'
export const PASSWORD = 'correct horse'

/** A front end of its own, with a memory for PKCE verifiers but none for sessions of others. */
export function frontEnd(auth = {}) {
  const memory = new Map()
  const storage = {
    getItem: (key) => memory.get(key) ?? null,
    setItem: (key, value) => void memory.set(key, value),
    removeItem: (key) => void memory.delete(key),
  }
  return createClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, {
    auth: { autoRefreshToken: false, detectSessionInUrl: false, storage, ...auth },
  })
}

/** A server of ours, with the secret key or another. */
export function server(key = SUPABASE_SECRET_KEY) {
  return createClient(SUPABASE_URL, key, {
    auth: { autoRefreshToken: false, persistSession: false },
  })
}

export const somebody = () => `person-${randomUUID()}@example.test`

/** The newest mail to an address, waiting for `count` of them in all. */
export async function mailTo(address, count = 1) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await (await fetch(`${INBOX_URL}/api/messages?to=${address}`)).json()
    if (found.total >= count) {
      return (await fetch(`${INBOX_URL}/api/messages/${found.messages[0].id}`)).json()
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no mail number ${count} to ${address}`)
}

/** The link in a mail, as a browser opens it: where it leads, and what it brings along. */
export async function open(mail) {
  const response = await fetch(linkIn(mail), { redirect: 'manual' })
  const location = new URL(response.headers.get('location'))
  return {
    status: response.status,
    page: location.origin + location.pathname,
    query: location.searchParams,
    hash: new URLSearchParams(location.hash.slice(1)),
  }
}

export const linkIn = (mail) => mail.links.find((link) => link.includes('/auth/v1/verify'))
export const codeIn = (mail) => /\b(\d{6})\b/.exec(mail.text)[1]
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))

/** Mails of one kind to one person keep this distance (`auth.email.max_frequency`). */
export const pause = () => new Promise((resolve) => setTimeout(resolve, 1100))

/** Somebody signed up and confirmed, signed in on a front end of their own. */
export async function member(auth) {
  const email = somebody()
  const client = frontEnd(auth)
  const { error } = await client.auth.signUp({ email, password: PASSWORD })
  if (error) throw error
  await open(await mailTo(email))
  const signedIn = await client.auth.signInWithPassword({ email, password: PASSWORD })
  if (signedIn.error) throw signedIn.error
  return { email, client, ...signedIn.data }
}
