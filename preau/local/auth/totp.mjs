// Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, 30
// seconds, and one step either side for clocks that are off.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const STEP = 30

/** A secret of 160 bits in base 32, which is what apps read. */
export function newSecret() {
  return encoded(randomBytes(20))
}

function encoded(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits.replace(/.{5}/g, (five) => LETTERS[Number.parseInt(five, 2)])
}

function decoded(text) {
  const bits = [...text].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'))
  const bytes = bits.join('').match(/.{8}/g)
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

/** The six digits at a time in milliseconds. */
export function codeAt(secret, time) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 1000 / STEP)))
  const digest = createHmac('sha1', decoded(secret)).update(counter).digest()
  const offset = digest[19] & 15
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

/** Whether somebody who holds the secret wrote this code now, a step ago or a step ahead. */
export function isCode(secret, code, now = Date.now()) {
  if (!/^\d{6}$/.test(code)) return false
  const given = Buffer.from(code)
  const steps = [-1, 0, 1].map((step) => codeAt(secret, now + step * STEP * 1000))
  return steps.some((expected) => timingSafeEqual(Buffer.from(expected), given))
}

/** The address that apps read out of the QR code. */
export function keyAddress(issuer, account, secret) {
  const label = [issuer, account].map(encodeURIComponent).join(':')
  const query = { algorithm: 'SHA1', digits: '6', issuer, period: `${STEP}`, secret }
  return `otpauth://totp/${label}?${new URLSearchParams(query).toString().replace(/\+/g, '%20')}`
}
